// Which payloads are stored in which targets, and which are missing in a target that failed, for a later run to send. A
// target is named by a text, as "store:/srv/msh/store".
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

// The payload of an object. Where several issuers granted the object with the same payload, it is that of each.
struct StoredPayload {
    record::ObjectName object;
    std::string cid;
};
// Of an object that has a CID.
[[nodiscard]] StoredPayload stored_payload(const record::Object& object);

struct KnownPayload {
    std::string cid;
    std::uint64_t size = 0;
};

// The store of the home folder, wherever that lies: a home can be moved, or restored in another place.
inline constexpr std::string_view own_store_target = "own-store";
// The name of the store in this folder, which may be the own store, and of an archive. It does not depend on the working
// directory, or on links.
[[nodiscard]] std::string store_target(const std::filesystem::path& folder, const std::filesystem::path& own_store);
[[nodiscard]] std::string archive_target(const std::filesystem::path& file);
// The name of the node, and of the pinning service, at this URL, which has no slash at its end.
[[nodiscard]] std::string node_target(const std::string& url);
[[nodiscard]] std::string pin_service_target(const std::string& url);
// The folder in the name of a store, and the URL in that of a node; nothing in any other name.
[[nodiscard]] std::optional<std::filesystem::path> folder_of_store(const std::string& target,
                                                                   const std::filesystem::path& own_store);
[[nodiscard]] std::optional<std::string> url_of_node(const std::string& target);
// Whether a payload's file may be removed once this target has it: true of a store and a node.
[[nodiscard]] bool is_keeping_target(const std::string& target);

class Targets {
  public:
    explicit Targets(Keystore& keystore) : keystore_(keystore) {}

    [[nodiscard]] bool stored(const StoredPayload& payload, std::string_view target);
    // Whether payloads were ever put into the target, or are missing in it.
    [[nodiscard]] bool is_known(std::string_view target);
    // Whether it has any payload.
    [[nodiscard]] bool has_any(std::string_view target);
    // Whether an own object is in any target except archives, which may be lost.
    [[nodiscard]] bool is_kept(const Id& object);
    [[nodiscard]] std::vector<std::string> of(const StoredPayload& payload);
    // Calls `call` for the payloads in one target, or for all that the keystore knows; a few are in memory at a time.
    using PayloadCall = std::function<void(const KnownPayload&)>;
    void for_each_stored(std::string_view target, const PayloadCall& call);
    void for_each(const PayloadCall& call);
    // Marks a batch as stored in the target, and no longer missing there, and sets each object's CID, in one
    // transaction. Without a target, only the CIDs are set. Unknown objects are skipped. Error (input) if an object has
    // another CID.
    void mark(const std::optional<std::string>& target, std::span<const StoredPayload> payloads);

    // Notes that the payload is missing in the target; its file is kept until it is not. Returns false for an unknown
    // object. Error as mark().
    bool add_missing(std::string_view target, const StoredPayload& payload);
    void forget_missing(std::string_view target, const StoredPayload& payload);
    // Whether it is missing in any target.
    [[nodiscard]] bool is_missing(const StoredPayload& payload);
    [[nodiscard]] std::uint64_t count_missing(std::string_view target);
    // Calls `call` for the next few objects whose payload is missing in the target. `after` is 0 at first, then the
    // value that was returned.
    using ObjectCall = std::function<void(const record::Object&)>;
    [[nodiscard]] std::int64_t read_missing(std::string_view target, std::int64_t after, const ObjectCall& call);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
