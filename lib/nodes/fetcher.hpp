// Blocks from many sources at once: more from the faster ones, none of them trusted.
//
//     Fetcher fetcher({&store, &archive}, {{"one.example", &one}, {"two.example", &two}}, {});
//     download(payload, fetcher.near(), fetcher, unixfs_v1_2025, destination);
//
// Local sources (files of this machine) are read first, by the thread that asks. Blocks that they do not have are asked
// of the remote sources, each by a few threads of its own. Which source is asked for which block is decided by
// nodes/fetch_schedule.hpp.
//
// find() and find_all() may be called by any number of threads. Memory: the blocks that are being fetched or wait to be
// used, twice as many as there are threads.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ipfs/block_finder.hpp"
#include "nodes/fetch_schedule.hpp"

namespace msh::nodes {

struct NamedSource {
    std::string name;  // for messages
    ipfs::BlockSource* source;
};

class Fetcher final : public ipfs::BlockFinder {
  public:
    // From any thread, and not while the fetcher holds a lock.
    struct Calls {
        std::function<void(const std::string&)> warn{};  // of a source that is given up
        std::function<void()> end{};                     // the answers of remote sources are no longer needed
        std::function<bool()> is_over{};  // whether to stop: blocks that are still waited for are an error then
    };
    // The sources must outlive it.
    Fetcher(ipfs::BlockSources local, std::vector<NamedSource> remote, Calls calls);
    ~Fetcher() override;

    // One more remote source, which must outlive it.
    void add(NamedSource source);

    [[nodiscard]] ipfs::LookupResult find(const ipfs::WantedBlock& block) override;
    void find_all(std::span<const ipfs::WantedBlock> blocks, const Use& use) override;
    [[nodiscard]] bool is_over() const override { return calls_.is_over && calls_.is_over(); }

    [[nodiscard]] const ipfs::BlockSources& local() const noexcept { return local_; }
    // Whether every remote source is given up, and there is no local one.
    [[nodiscard]] bool has_none_left() const;
    // How many payloads to fetch side by side so that no source is idle.
    [[nodiscard]] unsigned at_once() const;

    using Count = FetchSchedule::Count;
    // Of the remote sources, so far.
    [[nodiscard]] std::vector<Count> counts() const;

  private:
    using WantPointer = FetchSchedule::WantPointer;
    // A block that the caller waits for. Blocks with a permit are open in the schedule.
    struct Pending {
        WantPointer want;
        bool has_permit = false;
    };
    class Ahead;

    [[nodiscard]] Pending begin(const ipfs::WantedBlock& block, bool may_wait);
    void read_local(FetchSchedule::Want& want) const;
    [[nodiscard]] ipfs::LookupResult finish(Pending& pending);
    void end(Pending& pending);

    void serve(std::size_t source, ipfs::BlockSource& from);
    [[nodiscard]] WantPointer wait_for_work(std::size_t source);
    void note(std::size_t source, FetchSchedule::Want& want, FetchSchedule::Answer answer);

    ipfs::BlockSources local_;
    Calls calls_;

    mutable std::mutex mutex_;
    std::condition_variable work_;   // for the sources' threads
    std::condition_variable found_;  // for callers
    FetchSchedule schedule_;
    std::size_t permits_ = 0;  // of blocks that may be fetched ahead
    bool is_ending_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace msh::nodes
