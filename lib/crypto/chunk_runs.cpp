#include "crypto/chunk_runs.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace msh::crypto {
namespace {

constexpr std::size_t parallel_run_chunks = 8;  // 512 KiB: long enough to outweigh waking a thread
constexpr std::size_t serial_run_chunks = 4;    // the output stays in the second-level cache

}  // namespace

Run::Run(std::size_t input_capacity, std::size_t output_capacity)
    : buffer(std::make_unique_for_overwrite<std::uint8_t[]>(input_capacity)),
      output(std::make_unique_for_overwrite<std::uint8_t[]>(output_capacity)) {}

Run::~Run() {
    wipe(buffer.get(), max_filled);
    wipe(output.get(), max_output);
}

ChunkRuns::ChunkRuns(const Key& key, std::size_t chunk_input, std::size_t chunk_output, unsigned threads, Work work,
                     Deliver deliver)
    : key_(key),
      chunk_input_(chunk_input),
      threads_(std::max(threads, 1U)),
      buffer_size_(threads_ > 1 ? parallel_run_chunks * chunk_input : chunk_input),
      output_size_((threads_ > 1 ? parallel_run_chunks : serial_run_chunks) * chunk_output),
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
    return std::make_unique<Run>(buffer_size_, output_size_);
}

void ChunkRuns::write(ByteView bytes) {
    while (!bytes.empty()) {
        Run& run = *current_;
        if (run.filled == buffer_size_) {
            submit(false);
        } else if (threads_ == 1 && run.filled == 0 && bytes.size() > chunk_input_) {
            const std::size_t chunks = std::min(serial_run_chunks, (bytes.size() - 1) / chunk_input_);
            prepare(run, bytes.first(chunks * chunk_input_), false);
            process(run);
            bytes = bytes.subspan(chunks * chunk_input_);
        } else {
            const std::size_t size = std::min(bytes.size(), buffer_size_ - run.filled);
            std::copy_n(bytes.data(), size, run.buffer.get() + run.filled);
            run.filled += size;
            bytes = bytes.subspan(size);
        }
    }
}

void ChunkRuns::finish() {
    submit(true);
    Lock lock(mutex_);
    work_until([this] { return in_flight_.empty(); }, lock);
}

void ChunkRuns::prepare(Run& run, ByteView input, bool last) {
    const std::size_t chunks = (input.size() + chunk_input_ - 1) / chunk_input_;
    run.input = input;
    run.first_chunk = next_chunk_;
    run.last = last;
    run.max_filled = std::max(run.max_filled, run.filled);
    run.max_output = std::max(run.max_output, std::min(input.size() + (chunks + 1) * tag_size, output_size_));
    next_chunk_ += chunks;
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
    Lock lock(mutex_);
    waiting_.push_back(current_.get());
    in_flight_.push_back(std::move(current_));
    work_waits_.notify_one();
    if (last) return;
    work_until([this] { return in_flight_.size() <= threads_; }, lock);
    if (free_.empty()) {
        current_ = new_run();
    } else {
        current_ = std::move(free_.back());
        free_.pop_back();
    }
    current_->filled = 0;
    current_->done = false;
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
    Lock lock(mutex_);
    while (true) {
        work_waits_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) return;
        work_on_next(aead, lock);
    }
}

// For the caller's thread. Throws the error of any thread, but not before the last delivery has returned.
template <typename Condition>
void ChunkRuns::work_until(Condition condition, Lock& lock) {
    while (!error_ && !condition()) {
        if (waiting_.empty()) {
            run_delivered_.wait(lock);
        } else {
            work_on_next(aead_, lock);
        }
    }
    if (!error_) return;
    run_delivered_.wait(lock, [this] { return !delivering_; });
    std::rethrow_exception(error_);
}

// Comes and goes with the lock held, but works without it.
void ChunkRuns::work_on_next(Aead& aead, Lock& lock) {
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
    run.done = true;
    if (error && !error_) error_ = error;
    if (!delivering_) deliver_completed(lock);
}

void ChunkRuns::deliver_completed(Lock& lock) {
    delivering_ = true;
    while (!error_ && !in_flight_.empty() && in_flight_.front()->done) {
        const Run& run = *in_flight_.front();
        lock.unlock();
        std::exception_ptr error;
        try {
            deliver_(run);
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        if (error && !error_) error_ = error;
        free_.push_back(std::move(in_flight_.front()));
        in_flight_.pop_front();
        run_delivered_.notify_one();
    }
    delivering_ = false;
    run_delivered_.notify_one();
}

}  // namespace msh::crypto
