// One folder a study: the payloads of this run under one CID, each by its object's id, as other programs of IPFS show
// and copy them.
//
// Which records those are is known at the end of the run only; until then 80 bytes are kept of each object, and then some
// 150 more of each of one study.
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
#include "fleet.hpp"
#include "ipfs/cid.hpp"
#include "target.hpp"

namespace msh {

class Directories {
  public:
    // The objects of a batch that was put, by their lines.
    void add(cli::Batch& batch);

    // At the end: directories into the targets, and when they are durable, a record of each, in the order of the studies.
    // `bad_input` when a study can have none, since its records contradict each other, `again` when a target did not take
    // one, as was said then.
    [[nodiscard]] cli::ExitCode put(Fleet& fleet, cli::Output& output);

  private:
    struct Entry {
        Id study;
        Id object;
        ipfs::Cid cid;
        std::uint64_t total_size;
        auto operator<=>(const Entry&) const = default;
    };
    using Entries = std::deque<Entry>;  // grows without being copied

    // A directory that was taken, and is not durable yet.
    struct Taken {
        ipfs::Cid root;
        std::string record;
    };
    void settle(Fleet& fleet, cli::Output& output);
    void tell_missing(const Fleet& fleet) const;

    Entries entries_;
    std::vector<Taken> taken_;
    std::map<const Target*, std::uint64_t> lacking_;  // directories that each lacks
    bool may_go_better_ = false;
    cli::RepeatedErrors errors_;
};

}  // namespace msh
