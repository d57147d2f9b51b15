// Which payloads are stored in which targets, and which are missing in a target that failed, for a later run to send.
// What is remembered is of a CID, and so of all objects whose payload has it, until the last of them is deleted. A
// target is named by a text, as "store:/srv/msh/store".
#pragma once

#include <cstdint>
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

// The names of targets (storage/target_name.hpp). The own store's does not tell where it lies: a home can be moved, or
// restored in another place. Those of others begin with what kind of target they are.
inline constexpr std::string_view own_store_target = "own-store";
inline constexpr std::string_view store_prefix = "store:";
inline constexpr std::string_view archive_prefix = "car:";
inline constexpr std::string_view node_prefix = "ipfs:";
inline constexpr std::string_view pin_service_prefix = "pin-service:";
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
    // Calls `call` for the next few objects whose payload is missing in the target, in the order in which that was
    // noted; of very many with one CID, not all. `after` is 0 at first, then the value that was returned.
    using ObjectCall = std::function<void(const record::Object&)>;
    [[nodiscard]] std::int64_t read_missing(std::string_view target, std::int64_t after, const ObjectCall& call);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
