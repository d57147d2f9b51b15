#include "nodes/fetcher.hpp"

#include <deque>
#include <memory>
#include <utility>

#include "base/error.hpp"

namespace msh::nodes {
namespace {

using Clock = std::chrono::steady_clock;
using Answer = FetchSchedule::Answer;

constexpr unsigned threads_a_source = 4;
constexpr std::size_t blocks_a_thread = 2;
// A source that is slow or rests becomes worth another look without any event.
constexpr std::chrono::milliseconds look_again{50};

Answer ask(ipfs::BlockSource& source, const ipfs::Cid& cid) {
    const auto begin = Clock::now();
    try {
        auto bytes = source.fetch(cid);
        if (!bytes) return {Answer::Kind::absent};
        if (!ipfs::is_block(cid, *bytes)) return {Answer::Kind::wrong_block};
        return {Answer::Kind::block, std::move(*bytes), {}, {}, Clock::now() - begin};
    } catch (const ipfs::RetryAfter& busy) {
        return {Answer::Kind::busy, {}, std::current_exception(), busy.time()};
    } catch (const Error& error) {
        const bool may_help = error.kind() == ErrorKind::again;
        return {may_help ? Answer::Kind::failure : Answer::Kind::refusal, {}, std::current_exception()};
    } catch (...) {
        return {Answer::Kind::failure, {}, std::current_exception()};
    }
}

}  // namespace

Fetcher::Fetcher(ipfs::BlockSources local, std::vector<NamedSource> remote, Calls calls)
    : local_(std::move(local)), calls_(std::move(calls)) {
    for (NamedSource& source : remote)
        add(std::move(source));
}

void Fetcher::add(NamedSource source) {
    const std::scoped_lock lock(mutex_);
    const std::size_t number = schedule_.add_source(std::move(source.name));
    permits_ += threads_a_source * blocks_a_thread;
    for (unsigned i = 0; i < threads_a_source; ++i)
        threads_.emplace_back([this, number, from = source.source] { serve(number, *from); });
    found_.notify_all();
}

Fetcher::~Fetcher() {
    {
        const std::scoped_lock lock(mutex_);
        is_ending_ = true;
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
    return local_.empty() && schedule_.all_given_up();
}

std::vector<Fetcher::Count> Fetcher::counts() const {
    const std::scoped_lock lock(mutex_);
    return schedule_.counts();
}

ipfs::LookupResult Fetcher::find(const ipfs::WantedBlock& block) {
    Pending pending = begin(block, true);
    return finish(pending);
}

// The blocks that are asked for while earlier ones are waited for. Whatever happens, they end.
class Fetcher::Ahead {
  public:
    explicit Ahead(Fetcher& fetcher) : fetcher_(fetcher) {}
    Ahead(const Ahead&) = delete;
    Ahead& operator=(const Ahead&) = delete;
    ~Ahead() {
        for (Pending& pending : pending_)
            fetcher_.end(pending);
    }

    [[nodiscard]] std::size_t size() const noexcept { return pending_.size(); }
    // False when too many are under way already.
    [[nodiscard]] bool begin(const ipfs::WantedBlock& block) {
        Pending pending = fetcher_.begin(block, pending_.empty());
        if (!pending.want) return false;
        pending_.push_back(std::move(pending));
        return true;
    }
    [[nodiscard]] ipfs::LookupResult finish_first() {
        Pending pending = std::move(pending_.front());
        pending_.pop_front();
        return fetcher_.finish(pending);
    }

  private:
    Fetcher& fetcher_;
    std::deque<Pending> pending_;
};

void Fetcher::find_all(std::span<const ipfs::WantedBlock> blocks, const Use& use) {
    Ahead ahead(*this);
    std::size_t used = 0;
    const auto use_first = [&] {
        const ipfs::LookupResult found = ahead.finish_first();
        use(used++, found);
    };
    for (const ipfs::WantedBlock& block : blocks) {
        if (ahead.size() > at_once() * blocks_a_thread) use_first();
        while (!ahead.begin(block))
            use_first();
    }
    while (ahead.size() > 0)
        use_first();
}

// Without a want when too many are under way already, unless the caller has to wait for that.
Fetcher::Pending Fetcher::begin(const ipfs::WantedBlock& block, bool may_wait) {
    Pending pending{std::make_shared<FetchSchedule::Want>(block)};
    {
        std::unique_lock lock(mutex_);
        pending.has_permit = schedule_.sources() > 0;
        if (pending.has_permit) {
            if (permits_ == 0 && !may_wait) return {};
            found_.wait(lock, [&] { return permits_ > 0; });
            --permits_;
        }
    }
    read_local(*pending.want);
    pending.want->is_done = pending.want->is_done || !pending.has_permit;
    if (pending.want->is_done) return pending;
    {
        const std::scoped_lock lock(mutex_);
        schedule_.add(pending.want);
    }
    work_.notify_all();
    return pending;
}

void Fetcher::read_local(FetchSchedule::Want& want) const {
    try {
        want.found = ipfs::find_block(local_, want.block.cid);
        want.is_done = want.found.state == ipfs::LookupResult::State::found;
    } catch (...) {
        want.error = std::current_exception();
    }
}

ipfs::LookupResult Fetcher::finish(Pending& pending) {
    FetchSchedule::Want& want = *pending.want;
    {
        std::unique_lock lock(mutex_);
        found_.wait(lock, [&] { return want.is_done; });
    }
    end(pending);
    if (want.found.state != ipfs::LookupResult::State::found && want.error) std::rethrow_exception(want.error);
    return std::move(want.found);
}

void Fetcher::end(Pending& pending) {
    if (!std::exchange(pending.has_permit, false)) return;
    {
        const std::scoped_lock lock(mutex_);
        ++permits_;
        schedule_.remove(*pending.want);
    }
    found_.notify_all();
}

// What each of a source's threads does.
void Fetcher::serve(std::size_t source, ipfs::BlockSource& from) {
    while (const WantPointer want = wait_for_work(source))
        note(source, *want, ask(from, want->block.cid));
}

// Null when there is none any more.
Fetcher::WantPointer Fetcher::wait_for_work(std::size_t source) {
    while (true) {
        const bool stops = is_over();
        std::unique_lock lock(mutex_);
        if (is_ending_ || schedule_.is_given_up(source)) return nullptr;
        if (stops && !schedule_.empty()) {
            schedule_.end_all(std::make_exception_ptr(Error(ErrorKind::again, "interrupted")));
            found_.notify_all();
        }
        if (WantPointer want = schedule_.next(source, Clock::now())) return want;
        schedule_.begin_waiting(source);
        if (schedule_.empty()) {
            work_.wait(lock);
        } else {
            work_.wait_for(lock, look_again);
        }
        schedule_.end_waiting(source);
    }
}

void Fetcher::note(std::size_t source, FetchSchedule::Want& want, Answer answer) {
    std::optional<std::string> given_up;
    bool is_ending = false;
    {
        const std::scoped_lock lock(mutex_);
        given_up = schedule_.note(source, want, std::move(answer), Clock::now());
        is_ending = is_ending_;
    }
    if (given_up && !is_ending && calls_.warn) calls_.warn(*given_up + "; giving up on it");
    found_.notify_all();
    work_.notify_all();
}

}  // namespace msh::nodes
