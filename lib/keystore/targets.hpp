// Stored targets: which payload lies where. A target is a text of the caller's; that of a block store is
// "store:/srv/msh/store".
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "keystore/keystore.hpp"

namespace msh::keystore {

struct StoredPayload {
    Id object{};
    std::string cid;
};

struct KnownPayload {
    std::string cid;
    std::uint64_t size = 0;
};

// Of the store in this folder and of an archive, whatever folder one works in and by whatever name one came there.
[[nodiscard]] std::string store_target(const std::filesystem::path& folder);
[[nodiscard]] std::string archive_target(const std::filesystem::path& file);
// Of a node, and of a service that pins, at this URL, which is given without slashes at its end.
[[nodiscard]] std::string node_target(const std::string& url);
[[nodiscard]] std::string pin_service_target(const std::string& url);

class Targets {
  public:
    explicit Targets(Keystore& keystore) : keystore_(keystore) {}

    [[nodiscard]] bool stored(const Id& object, std::string_view target);
    // Whether it is in any target but archives, which are for carrying and prove nothing.
    [[nodiscard]] bool is_kept(const Id& object);
    [[nodiscard]] std::vector<std::string> of(const Id& object);
    // Calls with the payloads in one target, or with all that the keystore names; a few are in memory at a time.
    using PayloadCall = std::function<void(const KnownPayload&)>;
    void for_each_stored(std::string_view target, const PayloadCall& call);
    void for_each(const PayloadCall& call);
    // Marks a batch as stored and gives each object its CID, in one transaction; objects the keystore does not know are
    // passed over. Error `input` when an object is known under another CID. Without a target, only the CIDs.
    void mark(const std::optional<std::string>& target, std::span<const StoredPayload> payloads);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
