#include "crypto/chunk_runs.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace msh::crypto {
namespace {

constexpr std::size_t parallel_run_chunks = 16;  // 1 MiB: long enough to outweigh waking a thread
constexpr std::size_t serial_run_chunks = 4;     // input and output stay in the second-level cache

}  // namespace

Run::Run(std::size_t input_capacity, std::size_t output_capacity)
    : buffer(std::make_unique_for_overwrite<std::uint8_t[]>(input_capacity)),
      output(std::make_unique_for_overwrite<std::uint8_t[]>(output_capacity)) {}

Run::~Run() {
    wipe(buffer.get(), most_filled);
    wipe(output.get(), most_output);
}

ChunkRuns::ChunkRuns(const Key& key, std::size_t chunk_input, std::size_t chunk_output, unsigned threads,
                     Work work, Deliver deliver)
    : key_(key),
      threads_(std::max(threads, 1U)),
      run_chunks_(threads_ > 1 ? parallel_run_chunks : serial_run_chunks),
      run_input_(run_chunks_ * chunk_input),
      run_output_(run_chunks_ * chunk_output),
      work_(work),
      deliver_(std::move(deliver)),
      aead_(key_.view()),
      current_(new_run()) {}

ChunkRuns::~ChunkRuns() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_waits_.notify_all();
    helpers_.clear();
}

std::unique_ptr<Run> ChunkRuns::new_run() const {
    return std::make_unique<Run>(run_input_, run_output_);
}

void ChunkRuns::write(ByteView bytes) {
    while (!bytes.empty()) {
        Run& run = *current_;
        if (run.filled == run_input_) {
            submit(false);
        } else if (threads_ == 1 && run.filled == 0 && bytes.size() > run_input_) {
            prepare(run, bytes.first(run_input_), false);
            process(run);
            bytes = bytes.subspan(run_input_);
        } else {
            const std::size_t size = std::min(bytes.size(), run_input_ - run.filled);
            std::copy_n(bytes.data(), size, run.buffer.get() + run.filled);
            run.filled += size;
            bytes = bytes.subspan(size);
        }
    }
}

void ChunkRuns::finish() {
    submit(true);
    while (!in_flight_.empty())
        deliver_oldest();
}

void ChunkRuns::prepare(Run& run, ByteView input, bool last) {
    run.input = input;
    run.first_chunk = next_chunk_;
    run.last = last;
    run.most_filled = std::max(run.most_filled, run.filled);
    run.most_output = std::max(run.most_output, std::min(input.size() + run_chunks_ * tag_size, run_output_));
    next_chunk_ += run_chunks_;
}

void ChunkRuns::process(Run& run) {
    work_(aead_, run);
    deliver_(run);
}

void ChunkRuns::submit(bool last) {
    prepare(*current_, {current_->buffer.get(), current_->filled}, last);
    if (!helpers_started_ && (threads_ == 1 || last)) {
        process(*current_);
        current_->filled = 0;
        return;
    }
    if (!helpers_started_) start_helpers();
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(current_.get());
    }
    work_waits_.notify_one();
    in_flight_.push_back(std::move(current_));
    if (last) return;
    current_ = in_flight_.size() > threads_ ? deliver_oldest() : new_run();
    current_->filled = 0;
}

// Fewer helpers than asked for, even none, only cost time: the caller's thread works too.
void ChunkRuns::start_helpers() {
    helpers_started_ = true;
    try {
        while (helpers_.size() + 1 < threads_) {
            helpers_.emplace_back([this, aead = Aead(key_.view())]() mutable { help(aead); });
        }
    } catch (const std::system_error&) {
        return;
    }
}

void ChunkRuns::help(Aead& aead) {
    std::unique_lock lock(mutex_);
    while (true) {
        work_waits_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) return;
        work_on_next(aead, lock);
    }
}

// Comes and goes with the lock held, but works without it.
void ChunkRuns::work_on_next(Aead& aead, std::unique_lock<std::mutex>& lock) {
    Run& run = *waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    std::exception_ptr error;
    try {
        work_(aead, run);
    } catch (...) {
        error = std::current_exception();
    }
    lock.lock();
    run.error = error;
    run.done = true;
    run_done_.notify_one();
}

// Waits for the oldest run, working on others meanwhile, and gives it back to be filled anew.
std::unique_ptr<Run> ChunkRuns::deliver_oldest() {
    const Run& oldest = *in_flight_.front();
    {
        std::unique_lock lock(mutex_);
        while (!oldest.done) {
            if (waiting_.empty()) {
                run_done_.wait(lock);
            } else {
                work_on_next(aead_, lock);
            }
        }
    }
    std::unique_ptr<Run> run = std::move(in_flight_.front());
    in_flight_.pop_front();
    if (run->error) std::rethrow_exception(run->error);
    deliver_(*run);
    run->done = false;
    return run;
}

}  // namespace msh::crypto
