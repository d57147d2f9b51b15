// The second stage of storing payloads: gives a payload to the targets that lack it, from its file, or if that is gone,
// from the targets and the own store. It knows nothing but the plan (storage/plan.hpp), and removes nothing. What a
// target was given is durable only after the third stage (storage/commit.hpp).
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/program.hpp"
#include "custodian/payload_places.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/error_tagging.hpp"
#include "storage/plan.hpp"
#include "storage/target.hpp"
#include "storage/target_set.hpp"

namespace msh::storage {

struct Outcome {
    Plan plan;                                     // its CID is known, unless the payload is missing
    std::vector<Target*> given;                    // of those that lack it; it is durable in none of them yet
    std::optional<custodian::PayloadPlace> place;  // of its file
    bool is_copy = false;          // its file is gone: it was copied from elsewhere, or targets may lack it
    std::optional<Error> missing;  // neither its file nor a copy was found; another run may have moved it
};

class Transfer {
  public:
    // All must outlive it. The own store is read where there is one, whether it is a target or not.
    Transfer(std::filesystem::path own_store, TargetSet& targets, const Program& program);

    // By any thread. Errors: `input` of one payload, any other ends the run.
    [[nodiscard]] Outcome run(Plan plan);
    // Without the file, for a plan whose CID is known.
    [[nodiscard]] Outcome copy(Plan plan);

    // Looks whether another run has made the own store meanwhile. No transfer may be running.
    void open_own_store();

    // Whether a payload failed that may be stored later.
    [[nodiscard]] bool may_go_better() const noexcept { return may_go_better_; }

  private:
    using Give = std::function<std::optional<ipfs::Cid>(Target& target)>;  // nullopt: not given
    void give(Outcome& outcome, const std::vector<Target*>& targets, const Give& give_to);
    void give_file(Outcome& outcome);
    void copy_blocks(Outcome& outcome);
    [[nodiscard]] bool copy_blocks(Outcome& outcome, const std::vector<Target*>& targets,
                                   std::vector<ipfs::SourceError>& failures);
    [[nodiscard]] bool may_be_in_lost_target(const Plan& plan) const;
    void blame(const ipfs::SourceError& failure);
    [[nodiscard]] ipfs::BlockSources sources() const;

    std::filesystem::path own_store_folder_;
    TargetSet& targets_;
    const Program& program_;
    std::unique_ptr<ipfs::BlockStore> own_store_;  // where there is one
    std::atomic<bool> may_go_better_{false};
};

}  // namespace msh::storage
