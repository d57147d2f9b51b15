// msh-put --directory: one UnixFS directory for each study, with the payloads of this run, each named by its object's
// id. Other IPFS programs can show and copy it.
//
// The members of a study are known only at the end of the run. Until then 80 bytes are kept for each object, and while
// a directory is built about 150 more for each object in it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "cli/exit_code.hpp"
#include "cli/output.hpp"
#include "cli/record_loop.hpp"
#include "cli/repeated_errors.hpp"
#include "ipfs/cid.hpp"
#include "storage/target.hpp"
#include "storage/target_set.hpp"

namespace msh {

class Directories {
  public:
    // Notes the objects of a batch that was put.
    void add(cli::Batch& batch);

    // At the end of the run: puts the directories into the targets and, once they are durable, writes a record of each,
    // in the order of the studies. Returns `bad_input` if a study has none because its records contradict each other,
    // and `again` if too few targets took one; both were reported.
    [[nodiscard]] cli::ExitCode put(storage::TargetSet& targets, cli::Output& output);

  private:
    struct Entry {
        Id study;
        Id object;
        ipfs::Cid cid;
        std::uint64_t total_size;
        auto operator<=>(const Entry&) const = default;
    };
    using Entries = std::deque<Entry>;  // grows without being copied

    // A directory that targets took, and that is not durable yet.
    struct Taken {
        ipfs::Cid root;
        std::string record;
    };
    void settle(storage::TargetSet& targets, cli::Output& output);
    void tell_missing(const storage::TargetSet& targets) const;

    Entries entries_;
    std::vector<Taken> taken_;
    std::map<const storage::Target*, std::uint64_t> lacking_;  // how many directories each is missing
    bool may_go_better_ = false;
    cli::RepeatedErrors errors_;
};

}  // namespace msh
