// Stores payloads in targets, a batch at a time, in three stages: a plan (storage/plan.hpp), a transfer
// (storage/transfer.hpp) and a commit (storage/commit.hpp).
//
// A kill at any line loses no payload, because nothing is removed before what replaces it is durable:
//
//     plan      changes no target. Each payload lies where it lay.
//     transfer  adds blocks to targets. Files stay. After a kill, the next run finds the blocks or stores them again.
//     commit 1  the targets make the blocks durable. Nobody knows of them yet: the next run stores them again, which
//               changes nothing.
//            2  one transaction of the keystore: CIDs, who holds and who lacks what, and that files are no longer
//               needed. From now on the payload is found by its CID, also where the record never left.
//            3  the files go. One that is left after a kill is not needed, and msh-encrypt removes it.
//     then      the caller writes the records: what they promise is durable.
//
// Another run that works on the same payload sees step 2 before step 3. So when neither a file nor a copy is found,
// the keystore is asked once more.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "custodian/payload_places.hpp"
#include "keystore/keystore.hpp"
#include "storage/commit.hpp"
#include "storage/plan.hpp"
#include "storage/request.hpp"
#include "storage/target.hpp"
#include "storage/target_set.hpp"
#include "storage/transfer.hpp"

namespace msh::storage {

class Putter {
  public:
    // All must outlive it, and the targets must be open. Without a keystore nothing is remembered.
    Putter(const custodian::Home& home, const custodian::PayloadPlaces& places, keystore::Keystore* keystore,
           TargetSet& targets, const Program& program);

    // Stores the payloads in all targets, or in `wanted`. Sets each request's CID or error. Throws Error (again,
    // failed) if too few targets are left; the caller must not write any record of the batch then.
    void put(std::span<Request> requests) { put(requests, targets_.all()); }
    void put(std::span<Request> requests, const std::vector<Target*>& wanted);

    // The number of payloads that the target lacks and that could not be recorded in the keystore, so that no later run
    // sends them.
    [[nodiscard]] std::uint64_t unnoted(const Target& target) const { return committer_.unnoted(target); }
    // Whether a payload failed that may be stored later.
    [[nodiscard]] bool may_go_better() const noexcept {
        return transfer_.may_go_better() || committer_.may_go_better();
    }

  private:
    [[nodiscard]] std::vector<Outcome> transfer(std::vector<Plan> plans);
    [[nodiscard]] Outcome try_again(const Outcome& failed);

    TargetSet& targets_;
    const Program& program_;
    Planner planner_;
    Transfer transfer_;
    Committer committer_;
};

}  // namespace msh::storage
