// Which source is asked for which block next. It knows nothing of threads, clocks and the network: the caller holds a
// lock, passes the time in, asks the source, and reports the answer (nodes/fetcher.hpp).
//
//     schedule.add(want);
//     if (const auto want = schedule.next(source, now)) {           // an idle thread of the source
//         FetchSchedule::Answer answer = ...;                       // of the source, asked for want->block
//         const auto reason = schedule.note(source, *want, std::move(answer), now);
//     }
//
// The rules:
//   - A source is asked for the first block that no source is being asked for. If there are fewer such blocks than idle
//     threads, each source gets its share.
//   - If there is none, an idle source overtakes one that is slower or has stalled, by its rate so far.
//   - A source that returns the wrong block is given up at once. So is one that fails for several different blocks in a
//     row. One that fails for a single block is asked for it again, a few times.
//   - A source that is rate-limiting is not asked until its time is over, if that is short; otherwise it failed.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ipfs/block_finder.hpp"

namespace msh::nodes {

class FetchSchedule {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Seconds = std::chrono::duration<double>;

    struct Answer {
        enum class Kind {
            block,        // verified
            absent,       // the source does not have it
            wrong_block,  // the bytes are not the block's
            busy,         // the source is rate-limiting
            failure,      // trying again may help
            refusal,      // it will not
        };
        Kind kind;
        Bytes bytes{};
        std::exception_ptr error{};
        std::chrono::seconds busy_for{};
        Seconds time{};  // that it took
    };

    // A block that somebody waits for. Once it is done, `found` and `error` (of a source that could not tell) are
    // final.
    struct Want {
        explicit Want(const ipfs::WantedBlock& wanted) : block(wanted) {}

        ipfs::WantedBlock block;
        bool is_done = false;
        ipfs::LookupResult found;
        std::exception_ptr error{};

      private:
        friend class FetchSchedule;
        struct Asked {
            int attempts = 0;
            bool is_under_way = false;
            bool is_closed = false;  // not to be asked again
            Time not_before{};
        };
        std::vector<Asked> asked_;  // by source
        unsigned in_flight_ = 0;
        std::size_t holder_ = 0;  // the source that was asked last
        Time since_{};            // when that was
    };
    using WantPointer = std::shared_ptr<Want>;

    struct Count {
        std::string name;
        std::uint64_t blocks = 0;
        std::uint64_t bytes = 0;
    };

    // Returns the source's number, from 0. The name is for messages.
    std::size_t add_source(std::string name);
    [[nodiscard]] std::size_t sources() const noexcept { return sources_.size(); }
    // Of each source, what came from it.
    [[nodiscard]] std::vector<Count> counts() const;
    [[nodiscard]] bool is_given_up(std::size_t source) const { return sources_[source].is_given_up; }
    [[nodiscard]] bool all_given_up() const;

    // It may be done at once, if no source is left.
    void add(const WantPointer& want);
    // Nobody waits for it any more.
    void remove(Want& want);
    [[nodiscard]] bool empty() const noexcept { return open_.empty(); }
    // All that is wanted ends with this error.
    void end_all(const std::exception_ptr& error);

    // What the source is to be asked for now, which counts as under way from then on; null: nothing.
    [[nodiscard]] WantPointer next(std::size_t source, Time now);
    // A thread of the source waits for work, or no longer does.
    void begin_waiting(std::size_t source) { ++sources_[source].waiting; }
    void end_waiting(std::size_t source) { --sources_[source].waiting; }

    // Notes the answer to what next() returned. If the source is given up because of it, returns why.
    [[nodiscard]] std::optional<std::string> note(std::size_t source, Want& want, Answer answer, Time now);

  private:
    struct Source {
        unsigned in_flight = 0;
        unsigned waiting = 0;  // threads
        int failures = 0;      // in a row
        int rests = 0;         // in a row
        bool is_given_up = false;
        std::exception_ptr why{};  // it was given up
        Time rests_until{};
        double rate = 0;  // bytes a second of one thread; 0 is unknown
        bool has_rate_of_large = false;
        Count count;
    };
    using Asked = Want::Asked;

    [[nodiscard]] WantPointer choose(std::size_t source, Time now) const;
    [[nodiscard]] bool may_ask(std::size_t source, const Want& want, Time now) const;
    [[nodiscard]] bool is_for_another(std::size_t source, const Want& want, Time now) const;
    [[nodiscard]] bool can_overtake(std::size_t source, const Want& want, Time now) const;
    void note_block(Source& source, Want& want, Answer& answer);
    static void note_rate(Source& source, const Answer& answer);
    [[nodiscard]] static bool rest(Source& source, std::chrono::seconds time, Time now);
    [[nodiscard]] std::exception_ptr note_failure(Source& source, Want& want, Asked& asked, const Answer& answer,
                                                  Time now);
    void give_up(Source& source, const std::exception_ptr& why);
    void end_if_exhausted(Want& want);

    std::vector<Source> sources_;
    std::list<WantPointer> open_;  // in the order in which they were added
};

}  // namespace msh::nodes
