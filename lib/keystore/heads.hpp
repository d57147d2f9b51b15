// Heads already seen: what a log or an index may never fall behind again. They only move forward.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "keystore/keystore.hpp"

namespace msh::keystore {

struct LogHead {
    std::uint64_t size = 0;
    Digest root{};
};

struct ManifestHead {
    std::uint64_t number = 0;
    Digest hash{};
};

class Heads {
  public:
    explicit Heads(Keystore& keystore) : keystore_(keystore) {}

    // The newest head seen of the log of this origin.
    [[nodiscard]] std::optional<LogHead> log(std::string_view origin);
    // Notes a head, and gives the newest one after that: another one than `head` means that it fell behind (smaller) or
    // that the log was forked (same size, another root).
    [[nodiscard]] LogHead see_log(std::string_view origin, const LogHead& head);

    // The same for the index manifests of an owner (fingerprint).
    [[nodiscard]] std::optional<ManifestHead> manifest(std::string_view owner);
    [[nodiscard]] ManifestHead see_manifest(std::string_view owner, const ManifestHead& head);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
