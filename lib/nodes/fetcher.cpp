#include "nodes/fetcher.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace msh::nodes {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr unsigned threads_a_source = 4;
constexpr std::size_t blocks_a_thread = 2;
constexpr int most_failures = 3;  // for different blocks on end
constexpr int most_attempts = 3;  // for one block
constexpr int most_rests = 2;     // on end
constexpr std::chrono::seconds longest_rest{20};
constexpr std::chrono::milliseconds before_next_attempt{200};
constexpr std::chrono::milliseconds look_around{50};
constexpr Seconds unknown_time{0.5};
constexpr std::size_t large_block = std::size_t{256} << 10;
constexpr Seconds least_stall{0.1};

// About as many as it has itself; nodes are small.
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

struct Fetcher::Source {
    std::size_t number;
    FarSource far;
    unsigned in_flight = 0;
    unsigned idle = 0;  // threads
    int failures = 0;   // on end
    int rests = 0;      // on end
    bool is_given_up = false;
    std::exception_ptr why{};  // it was
    Clock::time_point rests_until{};
    double rate = 0;  // bytes a second of one thread; 0 is unknown
    bool has_rate_of_large = false;
    Count count;
};

struct Fetcher::Want {
    struct Asked {
        int attempts = 0;
        bool is_under_way = false;
        bool is_closed = false;  // it was asked to the end
        Clock::time_point not_before{};
    };
    explicit Want(const ipfs::WantedBlock& block_) : block(block_) {}

    ipfs::WantedBlock block;
    std::vector<Asked> asked;  // by source
    unsigned in_flight = 0;
    std::size_t holder = 0;     // who was asked last
    Clock::time_point since{};  // when that was
    bool is_done = false;
    bool has_permit = false;
    ipfs::Found found;
    std::exception_ptr error{};  // of a source that could not tell
};

struct Fetcher::Answer {
    enum class Kind { whole, absent, lie, busy, failure, refusal };
    Kind kind;
    Bytes bytes{};
    std::exception_ptr error{};
    std::chrono::seconds rest{};
    Seconds time{};
};

Fetcher::Fetcher(ipfs::BlockSources near, std::vector<FarSource> far, Calls calls)
    : near_(std::move(near)), calls_(std::move(calls)) {
    for (FarSource& source : far)
        add(std::move(source));
}

void Fetcher::add(FarSource far) {
    auto made = std::make_unique<Source>();
    Source& source = *made;
    source.count.name = far.name;
    source.far = std::move(far);
    const std::scoped_lock lock(mutex_);
    source.number = sources_.size();
    sources_.push_back(std::move(made));
    for (const WantPointer& want : open_)
        want->asked.resize(sources_.size());
    permits_ += threads_a_source * blocks_a_thread;
    for (unsigned i = 0; i < threads_a_source; ++i)
        threads_.emplace_back([this, &source] { serve(source); });
    found_.notify_all();
}

Fetcher::~Fetcher() {
    {
        const std::scoped_lock lock(mutex_);
        is_over_ = true;
    }
    work_.notify_all();
    if (calls_.end) calls_.end();
    for (std::thread& thread : threads_)
        thread.join();
}

unsigned Fetcher::at_once() const {
    const std::scoped_lock lock(mutex_);
    return static_cast<unsigned>(threads_.size());
}

bool Fetcher::has_none_left() const {
    const std::scoped_lock lock(mutex_);
    return near_.empty() &&
           std::all_of(sources_.begin(), sources_.end(), [](const auto& source) { return source->is_given_up; });
}

std::vector<Fetcher::Count> Fetcher::counts() const {
    const std::scoped_lock lock(mutex_);
    std::vector<Count> counts;
    for (const auto& source : sources_)
        counts.push_back(source->count);
    return counts;
}

ipfs::Found Fetcher::find(const ipfs::WantedBlock& block) {
    const WantPointer want = begin(block, true);
    return finish(*want);
}

// Asks for the next ones while the first are waited for.
void Fetcher::find_all(std::span<const ipfs::WantedBlock> blocks, const Use& use) {
    struct Ahead {
        ~Ahead() {
            for (const WantPointer& want : wants)
                fetcher.end(*want);
        }
        Fetcher& fetcher;
        std::deque<WantPointer> wants{};
    };
    Ahead ahead{*this};
    std::size_t used = 0;
    const auto use_first = [&] {
        const WantPointer want = std::move(ahead.wants.front());
        ahead.wants.pop_front();
        use(used++, finish(*want));
    };
    for (const ipfs::WantedBlock& block : blocks) {
        if (ahead.wants.size() > at_once() * blocks_a_thread) use_first();
        WantPointer want = begin(block, ahead.wants.empty());
        while (!want) {
            use_first();
            want = begin(block, ahead.wants.empty());
        }
        ahead.wants.push_back(std::move(want));
    }
    while (!ahead.wants.empty())
        use_first();
}

// Nothing when too many are under way already, unless the caller has to wait for that.
Fetcher::WantPointer Fetcher::begin(const ipfs::WantedBlock& block, bool may_wait) {
    auto want = std::make_shared<Want>(block);
    {
        std::unique_lock lock(mutex_);
        want->has_permit = !sources_.empty();
        if (want->has_permit) {
            if (permits_ == 0 && !may_wait) return nullptr;
            found_.wait(lock, [&] { return permits_ > 0; });
            --permits_;
        }
    }
    look_near(*want);
    want->is_done = want->is_done || !want->has_permit;
    if (want->is_done) return want;
    {
        const std::scoped_lock lock(mutex_);
        want->asked.resize(sources_.size());
        open_.push_back(want);
        settle(*want);
    }
    work_.notify_all();
    return want;
}

void Fetcher::look_near(Want& want) const {
    try {
        want.found = ipfs::find_block(near_, want.block.cid);
        want.is_done = want.found.state == ipfs::Found::State::whole;
    } catch (...) {
        want.error = std::current_exception();
    }
}

ipfs::Found Fetcher::finish(Want& want) {
    {
        std::unique_lock lock(mutex_);
        found_.wait(lock, [&] { return want.is_done; });
    }
    end(want);
    if (want.found.state != ipfs::Found::State::whole && want.error) std::rethrow_exception(want.error);
    return std::move(want.found);
}

// Nobody waits for it any more.
void Fetcher::end(Want& want) {
    {
        const std::scoped_lock lock(mutex_);
        want.is_done = true;
        if (!std::exchange(want.has_permit, false)) return;
        ++permits_;
        open_.remove_if([&](const WantPointer& one) { return one.get() == &want; });
    }
    found_.notify_all();
}

// Nobody waits until a source has rested when all shall end.
void Fetcher::end_if_over() {
    if (open_.empty() || !calls_.is_over || !calls_.is_over()) return;
    for (const WantPointer& want : open_) {
        if (want->is_done) continue;
        want->error = std::make_exception_ptr(Error(ErrorKind::again, "the search was broken off"));
        want->is_done = true;
    }
    found_.notify_all();
}

// What each of a source's threads does.
void Fetcher::serve(Source& source) {
    std::unique_lock lock(mutex_);
    while (!is_over_ && !source.is_given_up) {
        end_if_over();
        const WantPointer want = choose(source);
        if (!want) {
            ++source.idle;
            if (open_.empty()) {
                work_.wait(lock);
            } else {
                work_.wait_for(lock, look_around);
            }
            --source.idle;
            continue;
        }
        want->asked[source.number].is_under_way = true;
        ++want->asked[source.number].attempts;
        ++want->in_flight;
        ++source.in_flight;
        want->holder = source.number;
        want->since = Clock::now();
        lock.unlock();
        Answer answer = ask(source, want->block);
        lock.lock();
        want->asked[source.number].is_under_way = false;
        --want->in_flight;
        --source.in_flight;
        note(source, *want, answer);
        settle(*want);
        work_.notify_all();
    }
}

// The first that nobody is being asked for; else one in which this source can overtake another.
Fetcher::WantPointer Fetcher::choose(const Source& source) const {
    const auto now = Clock::now();
    if (source.rests_until > now) return nullptr;
    for (const WantPointer& want : open_) {
        if (want->in_flight == 0 && may_ask(source, *want, now) && !is_for_another(source, *want, now)) return want;
    }
    for (const WantPointer& want : open_) {
        if (want->in_flight > 0 && may_ask(source, *want, now) && can_overtake(source, *want, now)) return want;
    }
    return nullptr;
}

bool Fetcher::may_ask(const Source& source, const Want& want, Clock::time_point now) const {
    const Want::Asked& asked = want.asked[source.number];
    return !want.is_done && !source.is_given_up && source.rests_until <= now && !asked.is_closed &&
           !asked.is_under_way && asked.not_before <= now;
}

// Where there is less to do than there are threads, each source gets its part.
bool Fetcher::is_for_another(const Source& source, const Want& want, Clock::time_point now) const {
    return std::any_of(sources_.begin(), sources_.end(), [&](const auto& other) {
        return other->in_flight < source.in_flight && other->idle > 0 && may_ask(*other, want, now);
    });
}

// One that has stalled, as all that were asked before it have; or one that would take longer from now on.
bool Fetcher::can_overtake(const Source& source, const Want& want, Clock::time_point now) const {
    const Source& holder = *sources_[want.holder];
    const auto time_of = [&](const Source& one) {
        return one.rate > 0 ? Seconds(bytes_of(want.block) / one.rate) : unknown_time;
    };
    const Seconds taken = now - want.since;
    if (taken > 2 * want.in_flight * time_of(holder) + least_stall) return true;
    return want.in_flight == 1 && source.rate > 0 && holder.rate > 0 && time_of(holder) - taken > 2 * time_of(source);
}

Fetcher::Answer Fetcher::ask(Source& source, const ipfs::WantedBlock& block) {
    const auto begin = Clock::now();
    try {
        auto bytes = source.far.source->fetch(block.cid);
        if (!bytes) return {Answer::Kind::absent};
        if (!ipfs::is_block(block.cid, *bytes)) return {Answer::Kind::lie};
        return {Answer::Kind::whole, std::move(*bytes), {}, {}, Clock::now() - begin};
    } catch (const ipfs::Busy& busy) {
        return {Answer::Kind::busy, {}, std::current_exception(), busy.time()};
    } catch (const Error& error) {
        const bool may_go_better = error.kind() == ErrorKind::again;
        return {may_go_better ? Answer::Kind::failure : Answer::Kind::refusal, {}, std::current_exception()};
    } catch (...) {
        return {Answer::Kind::failure, {}, std::current_exception()};
    }
}

void Fetcher::note(Source& source, Want& want, Answer& answer) {
    Want::Asked& asked = want.asked[source.number];
    switch (answer.kind) {
        case Answer::Kind::whole:
            note_whole(source, want, answer);
            break;
        case Answer::Kind::absent:
            asked.is_closed = true;
            source.failures = source.rests = 0;
            break;
        case Answer::Kind::lie:
            if (!want.is_done) want.found.state = ipfs::Found::State::damaged;
            give_up(source, std::make_exception_ptr(Error(
                                ErrorKind::input, source.far.name + ": gave something else than it was asked for")));
            break;
        case Answer::Kind::busy:
            if (rest(source, answer.rest)) {
                --asked.attempts;
                break;
            }
            [[fallthrough]];
        case Answer::Kind::failure:
        case Answer::Kind::refusal:
            note_failure(source, want, answer);
            break;
    }
}

void Fetcher::note_whole(Source& source, Want& want, Answer& answer) {
    source.failures = source.rests = 0;
    note_rate(source, answer);
    ++source.count.blocks;
    source.count.bytes += answer.bytes.size();
    if (want.is_done) return;
    want.found = {ipfs::Found::State::whole, std::move(answer.bytes)};
    want.is_done = true;
    found_.notify_all();
}

// Of a small block, most of the time is the way there and back: it tells a rate that is reached at least.
void Fetcher::note_rate(Source& source, const Answer& answer) {
    const double rate = static_cast<double>(answer.bytes.size()) / std::max(answer.time.count(), 1e-6);
    if (answer.bytes.size() < large_block) {
        source.rate = std::max(source.rate, rate);
    } else {
        source.rate = source.has_rate_of_large ? 0.75 * source.rate + 0.25 * rate : rate;
        source.has_rate_of_large = true;
    }
}

// False when it has rested enough. What it is asked side by side, it answers side by side: that is one rest.
bool Fetcher::rest(Source& source, std::chrono::seconds time) {
    const auto now = Clock::now();
    const bool rests_already = source.rests_until > now;
    if (time > longest_rest || (!rests_already && source.rests >= most_rests)) return false;
    if (!rests_already) ++source.rests;
    source.rests_until = std::max(source.rests_until, now + time);
    return true;
}

// A block that fails again does not count against its source a second time.
void Fetcher::note_failure(Source& source, Want& want, const Answer& answer) {
    Want::Asked& asked = want.asked[source.number];
    if (!want.is_done) want.error = answer.error;
    asked.is_closed = answer.kind == Answer::Kind::refusal || asked.attempts >= most_attempts;
    asked.not_before = Clock::now() + before_next_attempt;
    if (asked.attempts > 1 || source.is_given_up) return;
    if (++source.failures >= most_failures) give_up(source, answer.error);
}

void Fetcher::give_up(Source& source, const std::exception_ptr& why) {
    if (std::exchange(source.is_given_up, true) || is_over_) return;
    source.why = why;
    if (calls_.warn) calls_.warn(message_of(why) + ": not asked any more");
    for (const WantPointer& want : open_)
        settle(*want);
}

// Where nobody is left who could have it, the search is over.
void Fetcher::settle(Want& want) {
    if (want.is_done || want.in_flight > 0) return;
    const bool is_open = std::any_of(sources_.begin(), sources_.end(), [&](const auto& source) {
        return !source->is_given_up && !want.asked[source->number].is_closed;
    });
    if (is_open) return;
    for (const auto& source : sources_) {
        const bool was_asked = want.asked[source->number].attempts > 0;
        if (source->is_given_up && !was_asked && !want.error) want.error = source->why;
    }
    want.is_done = true;
    found_.notify_all();
}

}  // namespace msh::nodes
