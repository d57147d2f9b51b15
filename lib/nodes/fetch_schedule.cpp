#include "nodes/fetch_schedule.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace msh::nodes {
namespace {

using Seconds = FetchSchedule::Seconds;

constexpr int max_failures = 3;  // for different blocks in a row
constexpr int max_attempts = 3;  // for one block
constexpr int max_rests = 2;     // in a row
constexpr std::chrono::seconds max_rest{20};
constexpr std::chrono::milliseconds before_next_attempt{200};
constexpr Seconds unknown_time{0.5};
constexpr std::size_t large_block = std::size_t{256} << 10;
constexpr Seconds min_stall{0.1};

// Of a node, which is small, about as many as it has itself.
double bytes_of(const ipfs::WantedBlock& block) {
    return static_cast<double>(block.cid.codec() == ipfs::Codec::raw ? block.size : std::uint64_t{64} << 10);
}

std::string message_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& what) {
        return what.what();
    } catch (...) {
        return "it failed";
    }
}

}  // namespace

std::size_t FetchSchedule::add_source(std::string name) {
    sources_.emplace_back().count.name = std::move(name);
    for (const WantPointer& want : open_)
        want->asked_.resize(sources_.size());
    return sources_.size() - 1;
}

std::vector<FetchSchedule::Count> FetchSchedule::counts() const {
    std::vector<Count> counts;
    for (const Source& source : sources_)
        counts.push_back(source.count);
    return counts;
}

bool FetchSchedule::all_given_up() const {
    return std::all_of(sources_.begin(), sources_.end(), [](const Source& source) { return source.is_given_up; });
}

void FetchSchedule::add(const WantPointer& want) {
    want->asked_.resize(sources_.size());
    open_.push_back(want);
    end_if_exhausted(*want);
}

void FetchSchedule::remove(Want& want) {
    want.is_done = true;
    open_.remove_if([&](const WantPointer& one) { return one.get() == &want; });
}

void FetchSchedule::end_all(const std::exception_ptr& error) {
    for (const WantPointer& want : open_) {
        if (want->is_done) continue;
        want->error = error;
        want->is_done = true;
    }
}

FetchSchedule::WantPointer FetchSchedule::next(std::size_t source, Time now) {
    WantPointer want = choose(source, now);
    if (!want) return nullptr;
    Asked& asked = want->asked_[source];
    asked.is_under_way = true;
    ++asked.attempts;
    ++want->in_flight_;
    ++sources_[source].in_flight;
    want->holder_ = source;
    want->since_ = now;
    return want;
}

// The first that no source is being asked for; else one in which this source can overtake another.
FetchSchedule::WantPointer FetchSchedule::choose(std::size_t source, Time now) const {
    if (sources_[source].rests_until > now) return nullptr;
    for (const WantPointer& want : open_) {
        if (want->in_flight_ == 0 && may_ask(source, *want, now) && !is_for_another(source, *want, now)) return want;
    }
    for (const WantPointer& want : open_) {
        if (want->in_flight_ > 0 && may_ask(source, *want, now) && can_overtake(source, *want, now)) return want;
    }
    return nullptr;
}

bool FetchSchedule::may_ask(std::size_t source, const Want& want, Time now) const {
    const Asked& asked = want.asked_[source];
    return !want.is_done && !sources_[source].is_given_up && sources_[source].rests_until <= now && !asked.is_closed &&
           !asked.is_under_way && asked.not_before <= now;
}

bool FetchSchedule::is_for_another(std::size_t source, const Want& want, Time now) const {
    for (std::size_t other = 0; other < sources_.size(); ++other) {
        const bool has_less_to_do = sources_[other].in_flight < sources_[source].in_flight;
        if (has_less_to_do && sources_[other].waiting > 0 && may_ask(other, want, now)) return true;
    }
    return false;
}

// A source has stalled if all that were asked before it have; a slower one would take longer from now on.
bool FetchSchedule::can_overtake(std::size_t source, const Want& want, Time now) const {
    const Source& own = sources_[source];
    const Source& holder = sources_[want.holder_];
    const auto time_of = [&](const Source& one) {
        return one.rate > 0 ? Seconds(bytes_of(want.block) / one.rate) : unknown_time;
    };
    const Seconds taken = now - want.since_;
    if (taken > 2 * want.in_flight_ * time_of(holder) + min_stall) return true;
    return want.in_flight_ == 1 && own.rate > 0 && holder.rate > 0 && time_of(holder) - taken > 2 * time_of(own);
}

std::optional<std::string> FetchSchedule::note(std::size_t number, Want& want, Answer answer, Time now) {
    Source& source = sources_[number];
    Asked& asked = want.asked_[number];
    asked.is_under_way = false;
    --want.in_flight_;
    --source.in_flight;
    std::exception_ptr reason;  // to give it up
    switch (answer.kind) {
        case Answer::Kind::block:
            note_block(source, want, answer);
            break;
        case Answer::Kind::absent:
            asked.is_closed = true;
            source.failures = source.rests = 0;
            break;
        case Answer::Kind::wrong_block:
            if (!want.is_done) want.found.state = ipfs::LookupResult::State::damaged;
            reason = std::make_exception_ptr(Error(ErrorKind::input, source.count.name + ": returned the wrong block"));
            break;
        case Answer::Kind::busy:
            if (rest(source, answer.busy_for, now)) {
                --asked.attempts;
                break;
            }
            [[fallthrough]];
        case Answer::Kind::failure:
        case Answer::Kind::refusal:
            reason = note_failure(source, want, asked, answer, now);
            break;
    }
    std::optional<std::string> message;
    if (reason && !source.is_given_up) {
        message = message_of(reason);
        give_up(source, reason);
    }
    end_if_exhausted(want);
    return message;
}

void FetchSchedule::note_block(Source& source, Want& want, Answer& answer) {
    source.failures = source.rests = 0;
    note_rate(source, answer);
    ++source.count.blocks;
    source.count.bytes += answer.bytes.size();
    if (want.is_done) return;
    want.found = {ipfs::LookupResult::State::found, std::move(answer.bytes)};
    want.is_done = true;
}

// For a small block most of the time is the round trip, so it only shows a lower bound of the rate.
void FetchSchedule::note_rate(Source& source, const Answer& answer) {
    const double rate = static_cast<double>(answer.bytes.size()) / std::max(answer.time.count(), 1e-6);
    if (answer.bytes.size() < large_block) {
        source.rate = std::max(source.rate, rate);
    } else {
        source.rate = source.has_rate_of_large ? 0.75 * source.rate + 0.25 * rate : rate;
        source.has_rate_of_large = true;
    }
}

// False when it has rested often enough. Questions side by side are answered side by side: that is one rest.
bool FetchSchedule::rest(Source& source, std::chrono::seconds time, Time now) {
    const bool rests_already = source.rests_until > now;
    if (time > max_rest || (!rests_already && source.rests >= max_rests)) return false;
    if (!rests_already) ++source.rests;
    source.rests_until = std::max(source.rests_until, now + time);
    return true;
}

// A block that fails again does not count against its source a second time. Returns why the source is to be given up.
std::exception_ptr FetchSchedule::note_failure(Source& source, Want& want, Asked& asked, const Answer& answer,
                                               Time now) {
    if (!want.is_done) want.error = answer.error;
    asked.is_closed = answer.kind == Answer::Kind::refusal || asked.attempts >= max_attempts;
    asked.not_before = now + before_next_attempt;
    if (asked.attempts > 1 || source.is_given_up) return nullptr;
    return ++source.failures >= max_failures ? answer.error : nullptr;
}

void FetchSchedule::give_up(Source& source, const std::exception_ptr& why) {
    source.is_given_up = true;
    source.why = why;
    for (const WantPointer& want : open_)
        end_if_exhausted(*want);
}

// If no source is left that may have the block, the search for it is over.
void FetchSchedule::end_if_exhausted(Want& want) {
    if (want.is_done || want.in_flight_ > 0) return;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        if (!sources_[i].is_given_up && !want.asked_[i].is_closed) return;
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const bool was_asked = want.asked_[i].attempts > 0;
        if (sources_[i].is_given_up && !was_asked && !want.error) want.error = sources_[i].why;
    }
    want.is_done = true;
}

}  // namespace msh::nodes
