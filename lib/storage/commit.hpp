// The third stage of storing payloads: makes a batch durable in the targets, then records in the keystore and in the
// records where the payloads are, and finally removes the files of the spool that are no longer needed.
//
// A payload that some targets still lack, as --at-least allows, keeps its file, and the keystore notes which they are
// for a later run (storage/backlog.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <vector>

#include "keystore/keystore.hpp"
#include "storage/target.hpp"
#include "storage/target_set.hpp"
#include "storage/transfer.hpp"

namespace msh::storage {

class Committer {
  public:
    // Both must outlive it; without a keystore nothing is noted there.
    Committer(keystore::Keystore* keystore, TargetSet& targets);

    // Sets the CID and the line of each request, or its error if too few targets have the payload. Requests that failed
    // already are skipped. Any Error that it throws ends the run.
    void commit(std::span<Outcome> outcomes);

    // The number of payloads that the target lacks and that could not be recorded in the keystore, so that no later run
    // sends them.
    [[nodiscard]] std::uint64_t unnoted(const Target& target) const;
    // Whether a payload failed that targets may take later.
    [[nodiscard]] bool may_go_better() const noexcept { return may_go_better_; }

  private:
    void count_copies(Outcome& outcome, const TargetSet::Refused& refused);
    [[nodiscard]] std::vector<std::filesystem::path> note(std::span<Outcome> outcomes);
    [[nodiscard]] bool note_targets(const Outcome& outcome);
    void note(Outcome& outcome);
    [[nodiscard]] bool is_everywhere(const Outcome& outcome);
    [[nodiscard]] bool is_in_spool(const Outcome& outcome) const;

    keystore::Keystore* keystore_;
    TargetSet& targets_;
    bool has_lasting_target_;
    std::map<const Target*, std::uint64_t> unnoted_;
    bool may_go_better_ = false;
};

}  // namespace msh::storage
