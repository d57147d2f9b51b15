// What keeps a hostile file from taking a worker with it. DCMTK recurses into every nested item, keeps every element
// in memory and inserts elements that are out of order by walking a list; it limits none of that. The stream it
// reads from (dicom/parser_stream.hpp) asks this guard at each step and ends when it objects.
//
//     ParseGuard guard(limits);
//     guard.enter();                     // where parsing begins: this depth of the stack is level zero
//     guard.on_header();  guard.on_bytes(n);      // each throws Error(input) past its limit
//
// The limit on time is one of processor time of the calling thread, so that it does not depend on the machine's
// load; a sound file stays below it by a factor of a thousand.
#pragma once

#include <cstddef>
#include <cstdint>

namespace msh::dicom {

struct ParseLimits {
    std::uint64_t bytes = UINT64_MAX;     // read into memory, outside pixel data
    std::uint64_t memory = 256ULL << 20;  // estimated use for elements in memory
    std::size_t stack = 256 << 10;        // some 200 levels of items
    std::int64_t nanoseconds = 20'000'000'000;
};

class ParseGuard {
  public:
    explicit ParseGuard(const ParseLimits& limits) noexcept : limits_(limits) {}

    // Again for each independent part (an item that is dropped before the next one is read).
    void enter();

    void on_header();
    void on_bytes(std::size_t count);

  private:
    ParseLimits limits_;
    std::uint64_t headers_ = 0;
    std::uint64_t bytes_ = 0;
    std::uintptr_t stack_ = 0;
    std::int64_t started_ = 0;
};

}  // namespace msh::dicom
