// Heads already seen: what a log or an index may never contradict again.
//
// A log is identified by the verifier key that signs its checkpoints, as text: its name alone is a claim that anybody
// can make. Of a log there may be several heads: a proof shows the newest checkpoint and not that it continues the one
// seen before, so both stay until the log itself is at hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

    // The heads seen of a log, by size, without those that a later one was found to continue.
    [[nodiscard]] std::vector<LogHead> log(std::string_view key);
    [[nodiscard]] std::optional<LogHead> newest(std::string_view key);
    // Notes a head, of which nothing else is known. False when another one of this size was seen: a proof that the log
    // was forked; the former stays.
    [[nodiscard]] bool add_log_head(std::string_view key, const LogHead& head);
    // Notes a head that was found to continue every smaller one, and takes their place; larger ones stay.
    void advance_log_head(std::string_view key, const LogHead& head);

    // The logs of which there are heads, by the verifier keys that signed them.
    [[nodiscard]] std::vector<std::string> log_keys();

    // The newest index manifest seen of an owner (fingerprint).
    [[nodiscard]] std::optional<ManifestHead> manifest(std::string_view owner);
    // Notes one, and gives the newest one after that: another one than `head` means that it fell behind.
    [[nodiscard]] ManifestHead add_manifest_head(std::string_view owner, const ManifestHead& head);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
