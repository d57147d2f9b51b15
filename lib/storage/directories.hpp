// msh-put --directory: one UnixFS directory for each study, with the payloads of this run, each named by its object's
// id. Other IPFS programs can show and copy it.
//
// The members of a study are known only at the end of the run. Until then 80 bytes are kept for each object, and while
// a directory is built about 150 more for each object in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/program.hpp"
#include "ipfs/cid.hpp"
#include "storage/request.hpp"
#include "storage/target.hpp"
#include "storage/target_set.hpp"

namespace msh::storage {

class Directories {
  public:
    // write: called with the records of directories that are durable. refused: called with the reason if too few
    // targets took a directory.
    struct Output {
        std::function<void(const std::vector<std::string>& records)> write;
        std::function<void(const Error& why)> refused;
    };
    // Both must outlive it.
    Directories(TargetSet& targets, Program& program, Output output);

    // Notes the payloads of a batch that were stored.
    void add(std::span<const Request> requests);

    // At the end of the run: stores the directories in the targets and, once they are durable, writes a record of each,
    // in the order of the studies. Returns false if a study has none because its records contradict each other, which
    // is printed. Throws Error as TargetSet::attempt() does.
    [[nodiscard]] bool put();

    // Whether too few targets took one, and may take it later.
    [[nodiscard]] bool may_go_better() const noexcept { return may_go_better_; }

  private:
    struct Entry {
        Id study;
        Id object;
        ipfs::Cid cid;
        std::uint64_t total_size;
        auto operator<=>(const Entry&) const = default;
    };
    using Entries = std::deque<Entry>;  // grows without being copied

    // A directory that targets took, but that is not committed yet.
    struct Taken {
        ipfs::Cid root;
        std::string record;
    };
    [[nodiscard]] bool put_study(const Entries::const_iterator& begin, const Entries::const_iterator& end);
    void commit();
    [[nodiscard]] bool is_kept(const Taken& taken, const TargetSet::Refused& refused);
    void tell_missing() const;

    TargetSet& targets_;
    Program& program_;
    Output output_;
    Entries entries_;
    std::vector<Taken> taken_;
    std::map<const Target*, std::uint64_t> lacking_;  // how many directories each is missing
    bool may_go_better_ = false;
};

}  // namespace msh::storage
