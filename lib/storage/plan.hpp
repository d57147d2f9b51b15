// The first stage of storing payloads: what the keystore, the records and the targets say of a batch, and what follows
// from that for each payload: its CID, where its file may be, and which targets lack it. A plan changes nothing in the
// targets, and the next stage (storage/transfer.hpp) knows nothing but the plan.
//
// Records may come from anyone, and a store may be public. So a file is read as a payload only at its object's own
// place (custodian/payload_places.hpp), and a path and a CID that the keystore knows are used instead of the record's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/program.hpp"
#include "custodian/payload_places.hpp"
#include "ipfs/cid.hpp"
#include "ipfs/payload.hpp"
#include "keystore/keystore.hpp"
#include "storage/request.hpp"
#include "storage/target.hpp"
#include "storage/target_set.hpp"

namespace msh::storage {

struct Plan {
    Request* request = nullptr;
    std::optional<ipfs::Cid> cid;                 // what it has to be; nullopt: it is computed from the file
    std::vector<custodian::PayloadPlace> places;  // where its file may be, in order of preference
    std::vector<Target*> present;                 // the targets that hold it
    std::vector<Target*> lacking;                 // the targets that it has to be given to
    std::vector<Target*> remembered;              // targets of the run that hold it according to the keystore
    bool is_known = false;                        // the keystore knows its CID
    unsigned workers = 1;                         // that may read its file side by side

    // The file that its CID was computed from, if it was: it need not be hashed again while it looks the same.
    struct ReadFile {
        std::filesystem::path path;
        ipfs::FileStamp stamp;
    };
    std::optional<ReadFile> read_file;

    [[nodiscard]] std::uint64_t size() const { return request->object.payload.size; }
    // Of a payload whose CID is known.
    [[nodiscard]] ipfs::PayloadRef payload() const { return {cid.value(), size()}; }
};

// Where the payload's file is. If there is none: where it was expected. nullopt if there is no place where it may be.
[[nodiscard]] std::optional<custodian::PayloadPlace> place_of_file(const Plan& plan);
[[nodiscard]] bool is_there(const custodian::PayloadPlace& place);

class Planner {
  public:
    // All must outlive it; without a keystore nothing is remembered. `places` are where files may be read.
    Planner(const custodian::PayloadPlaces& places, keystore::Keystore* keystore, TargetSet& targets,
            const Program& program);

    // Plans storing each payload in the `wanted` targets. On Error (input) the request gets the error, and no plan.
    [[nodiscard]] std::vector<Plan> plan(std::span<Request> requests, const std::vector<Target*>& wanted);

    // Plans once more for a payload of which neither the file nor a copy was found.
    [[nodiscard]] Plan plan_again(const Plan& former);

  private:
    [[nodiscard]] std::vector<Plan> look_up(std::span<Request> requests, const std::vector<Target*>& wanted);
    [[nodiscard]] Plan look_up(Request& request, const std::vector<Target*>& wanted);
    void add_places(Plan& plan, const std::optional<std::string>& kept) const;
    void ask_targets(std::span<Plan* const> plans, const std::vector<Target*>& wanted);
    [[nodiscard]] std::vector<Plan*> compute_cids(std::vector<Plan>& plans) const;
    void compute_cid(Plan& plan) const;
    // Asks Target::holds() for payloads that all targets seem to hold: their file may be the last copy.
    void check_closely(std::vector<Plan>& plans);
    void check_closely(Plan& plan);

    const custodian::PayloadPlaces& places_;
    keystore::Keystore* keystore_;
    TargetSet& targets_;
    const Program& program_;
    bool asks_by_cid_;  // one of the targets can be asked so
};

}  // namespace msh::storage
