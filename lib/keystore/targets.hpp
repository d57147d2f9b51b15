// Stored targets: which payload lies where, and where one is missing, which a run owes to a target that failed. A target
// is a text of the caller's; that of a block store is "store:/srv/msh/store".
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
#include "record/object.hpp"

namespace msh::keystore {

struct StoredPayload {
    record::ObjectName object;
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
// Whether a payload that is in this target may leave where it came from: a store or a node.
[[nodiscard]] bool is_keeping_target(const std::string& target);

class Targets {
  public:
    explicit Targets(Keystore& keystore) : keystore_(keystore) {}

    [[nodiscard]] bool stored(const record::ObjectName& object, std::string_view target);
    // Of an own object: whether it is in any target but archives, which are for carrying and prove nothing.
    [[nodiscard]] bool is_kept(const Id& object);
    [[nodiscard]] std::vector<std::string> of(const record::ObjectName& object);
    // Calls with the payloads in one target, or with all that the keystore names; a few are in memory at a time.
    using PayloadCall = std::function<void(const KnownPayload&)>;
    void for_each_stored(std::string_view target, const PayloadCall& call);
    void for_each(const PayloadCall& call);
    // Marks a batch as stored and gives each object its CID, in one transaction; objects the keystore does not know are
    // passed over. Error `input` when an object is known under another CID. Without a target, only the CIDs. What is
    // stored there is missing no more.
    void mark(const std::optional<std::string>& target, std::span<const StoredPayload> payloads);

    // The target is still to get the payload, and its file stays until then. False for an unknown object; Error as
    // mark().
    bool add_missing(std::string_view target, const StoredPayload& payload);
    void forget_missing(std::string_view target, const record::ObjectName& object);
    // Anywhere.
    [[nodiscard]] bool is_missing(const record::ObjectName& object);
    [[nodiscard]] std::uint64_t count_missing(std::string_view target);
    // Calls with the next objects, a few, whose payload is missing in the target; gives where to go on, at first after 0.
    using ObjectCall = std::function<void(const record::Object&)>;
    [[nodiscard]] std::int64_t read_missing(std::string_view target, std::int64_t after, const ObjectCall& call);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
