// Limits that keep a hostile file from crashing or stalling a worker. DCMTK recurses into every nested item, keeps
// every element in memory and inserts elements that are out of order by walking a list; it limits none of that. The
// stream it reads from (dicom/parser_stream.hpp) checks this guard at each step and stops when a limit is exceeded.
//
//     ParseGuard guard(limits);
//     guard.enter();                              // where parsing begins: this depth of the stack is level zero
//     guard.on_header();  guard.on_bytes(n);      // each throws Error(input) past its limit
//
// Time is the processor time of the calling thread, so that the answer does not depend on the machine's load, and grows
// with the number of elements: only what takes time beyond that (elements out of order) reaches its limit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/error.hpp"
#include "dicom/fault.hpp"

namespace msh::dicom {

// A file is too much for the memory that was allowed.
struct NeedsMemory : Fault {
    NeedsMemory() : Fault(FaultClass::limit, "more outside the pixel data than fits in memory (256 MiB)") {}
};

inline constexpr std::uint64_t max_parse_memory = std::uint64_t{256} << 20;

struct ParseLimits {
    std::uint64_t bytes = UINT64_MAX;              // read into memory, all together
    std::uint64_t memory = max_parse_memory;       // estimated use for the elements of one part
    std::size_t stack = 256 << 10;                 // some 200 levels of items
    std::int64_t nanoseconds = 20'000'000'000;     // all together...
    std::int64_t nanoseconds_per_header = 20'000;  // ...and this more for each element
};

class ParseGuard {
  public:
    explicit ParseGuard(const ParseLimits& limits) noexcept : limits_(limits) {}

    // Again for each part that is dropped before the next one is read (an item of a long sequence).
    void enter();

    void on_header();
    void on_bytes(std::size_t count);
    // A single value would pass the limit on bytes: always throws.
    [[noreturn]] void on_large_value() const;

    // Estimated use for the elements of the current part.
    [[nodiscard]] std::uint64_t memory() const noexcept { return part_memory_; }

  private:
    void check_time();

    ParseLimits limits_;
    std::uintptr_t stack_ = 0;
    std::int64_t headers_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t part_memory_ = 0;
    std::int64_t started_ = 0;
};

}  // namespace msh::dicom
