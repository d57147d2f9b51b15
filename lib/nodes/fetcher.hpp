// Blocks from many sources at once: more from the faster ones, none of them trusted.
//
//     Fetcher fetcher({&store, &archive}, {{"one.example", &one}, {"two.example", &two}}, {});
//     fetch_payload(payload, fetcher, unixfs_v1_2025, destination);
//
// What lies near (files of this machine) is looked at first, by the thread that asks. What is not there is asked of the
// far sources, each by a few threads of its own that take the next block that is wanted: so whoever is faster gets more.
// Where nothing is left to begin with, an idle source overtakes one that is slower or has stalled.
//
// A source that gives something else than what it was asked for is named and never asked again; nor is one that fails
// for several blocks on end. One that fails for a single block is asked for it again later; one that wants to be left
// alone for a short while is.
//
// find() and find_all() may be called by any number of threads. Memory: the blocks that are being fetched or wait for
// their turn, twice as many as there are threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ipfs/block_finder.hpp"

namespace msh::nodes {

struct FarSource {
    std::string name;  // for messages
    ipfs::BlockSource* source;
};

class Fetcher final : public ipfs::BlockFinder {
  public:
    // From any thread.
    struct Calls {
        std::function<void(const std::string&)> warn{};  // of a source that is given up
        std::function<void()> end{};                     // nobody waits for the far sources any more
        std::function<bool()> is_over{};                 // whether all shall end: what is still wanted is an error then
    };
    // The sources must outlive it.
    Fetcher(ipfs::BlockSources near, std::vector<FarSource> far, Calls calls);
    ~Fetcher() override;

    // One more far source, which must outlive it.
    void add(FarSource source);

    [[nodiscard]] ipfs::Found find(const ipfs::WantedBlock& block) override;
    void find_all(std::span<const ipfs::WantedBlock> blocks, const Use& use) override;
    [[nodiscard]] bool is_over() const override { return calls_.is_over && calls_.is_over(); }

    [[nodiscard]] const ipfs::BlockSources& near() const noexcept { return near_; }
    // Whether every source is given up, and nothing lies near.
    [[nodiscard]] bool has_none_left() const;
    // How many payloads to fetch side by side so that no source is idle.
    [[nodiscard]] unsigned at_once() const;

    struct Count {
        std::string name;
        std::uint64_t blocks = 0;
        std::uint64_t bytes = 0;
    };
    // Of the far sources, so far.
    [[nodiscard]] std::vector<Count> counts() const;

  private:
    using Clock = std::chrono::steady_clock;
    struct Source;
    struct Want;
    struct Answer;
    using WantPointer = std::shared_ptr<Want>;

    [[nodiscard]] WantPointer begin(const ipfs::WantedBlock& block, bool may_wait);
    void look_near(Want& want) const;
    [[nodiscard]] ipfs::Found finish(Want& want);
    void end(Want& want);

    void serve(Source& source);
    // All that follow hold the mutex, but ask().
    [[nodiscard]] WantPointer choose(const Source& source) const;
    [[nodiscard]] bool may_ask(const Source& source, const Want& want, Clock::time_point now) const;
    [[nodiscard]] bool is_for_another(const Source& source, const Want& want, Clock::time_point now) const;
    [[nodiscard]] bool can_overtake(const Source& source, const Want& want, Clock::time_point now) const;
    [[nodiscard]] static Answer ask(Source& source, const ipfs::WantedBlock& block);
    void end_if_over();
    void note(Source& source, Want& want, Answer& answer);
    void note_whole(Source& source, Want& want, Answer& answer);
    [[nodiscard]] static bool rest(Source& source, std::chrono::seconds time);
    static void note_rate(Source& source, const Answer& answer);
    void note_failure(Source& source, Want& want, const Answer& answer);
    void give_up(Source& source, const std::exception_ptr& why);
    void settle(Want& want);

    ipfs::BlockSources near_;
    Calls calls_;

    mutable std::mutex mutex_;
    std::condition_variable work_;   // for the sources' threads
    std::condition_variable found_;  // for those who wait
    std::vector<std::unique_ptr<Source>> sources_;
    std::list<WantPointer> open_;  // in the order in which they were asked for
    std::size_t permits_ = 0;      // of blocks that may be fetched ahead
    bool is_over_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace msh::nodes
