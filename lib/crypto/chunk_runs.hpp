// The engine of stream.cpp: takes bytes by push, cuts them into runs of chunks, has the runs worked on (by several
// threads where that pays) and delivers the results in order.
//
// A run is worked on when it is full and another byte follows, so that whoever works on the last chunk knows that it is
// the last. The thread that completes the oldest run delivers it, and the complete runs after it, because its bytes
// are in that thread's cache; so deliveries come one at a time and in order, but on any thread. There is one run more
// than threads; when all are in use, the caller's thread, which fills, works too. A single thread works straight from
// the caller's memory where it can.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/aead.hpp"

namespace msh::crypto {

// Neighbouring chunks on their way. The first group of members is for the engine, the others are what Work reads and
// writes; one of the two buffers holds plaintext, so both are wiped as far as they were used.
struct Run {
    Run(std::size_t input_capacity, std::size_t output_capacity);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run();

    std::unique_ptr<std::uint8_t[]> buffer;
    std::size_t filled = 0;
    std::size_t max_filled = 0;
    std::size_t max_output = 0;
    bool done = false;

    ByteView input;
    std::uint64_t first_chunk = 0;  // its number in the stream
    bool last = false;              // nothing follows

    std::unique_ptr<std::uint8_t[]> output;
    std::size_t output_size = 0;  // what is delivered
    const char* fault = nullptr;  // what is wrong behind it; the engine only passes it on
};

class ChunkRuns {
  public:
    using Work = void (*)(Aead&, Run&);
    using Deliver = std::function<void(const Run&)>;

    // Chunks are `chunk_input` bytes long when they come and at most `chunk_output` when they go.
    ChunkRuns(const Key& key, std::size_t chunk_input, std::size_t chunk_output, unsigned threads, Work work,
              Deliver deliver);
    ChunkRuns(const ChunkRuns&) = delete;
    ChunkRuns& operator=(const ChunkRuns&) = delete;
    ~ChunkRuns();

    void write(ByteView bytes);
    void finish();

  private:
    using Lock = std::unique_lock<std::mutex>;

    [[nodiscard]] std::unique_ptr<Run> new_run() const;
    void prepare(Run& run, ByteView input, bool last);
    void process(Run& run);
    void submit(bool last);
    void start_helpers();
    void help(Aead& aead);
    void work_on_next(Aead& aead, Lock& lock);
    void deliver_completed(Lock& lock);
    template <typename Condition>
    void work_until(Condition condition, Lock& lock);

    Key key_;
    std::size_t chunk_input_;
    unsigned threads_;
    std::size_t buffer_size_;
    std::size_t output_size_;
    Work work_;
    Deliver deliver_;
    Aead aead_;

    // Of the caller's thread alone.
    std::uint64_t next_chunk_ = 0;
    std::unique_ptr<Run> current_;  // being filled
    bool helpers_started_ = false;

    std::mutex mutex_;  // guards what follows, and `done` of the runs in flight
    std::condition_variable work_waits_;
    std::condition_variable run_delivered_;
    std::deque<std::unique_ptr<Run>> in_flight_;  // oldest first
    std::deque<Run*> waiting_;                    // those nobody works on yet
    std::vector<std::unique_ptr<Run>> free_;
    std::exception_ptr error_;  // the first; nothing is delivered after it
    bool delivering_ = false;
    bool stopping_ = false;
    std::vector<std::jthread> helpers_;
};

}  // namespace msh::crypto
