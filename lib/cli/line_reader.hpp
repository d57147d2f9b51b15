// Lines from a program's operands (files, "-" is standard input; none means standard input), as they come.
//
// A batch ends where it is full or where there is nothing more to read right now, so that records flow through a pipe
// while it is slow and in large batches while it is fast.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "record/object.hpp"

namespace msh::cli {

inline constexpr std::size_t max_line = record::max_line;

class LineReader {
  public:
    // too_long: `text` is the beginning. unreadable: an operand, which `text` says nothing about.
    enum class Kind { text, too_long, unreadable };
    struct Entry {
        std::uint64_t position;  // of the line among all lines, or of the operand among the operands, from 1
        Kind kind;
        std::string text;  // without the end of line; for `unreadable` the reason
    };

    LineReader(std::vector<std::string> operands, char end_of_line);

    // The next entries, at least one unless everything is read: at most `most` of them or a little above `bytes`.
    [[nodiscard]] std::vector<Entry> next(std::size_t most, std::size_t bytes);

    // From another thread: a next() that waits for input ends within a fifth of a second, as if everything were read.
    void cancel() noexcept { cancelled_ = true; }

  private:
    [[nodiscard]] bool wait_for_input() const;
    bool open_next();
    bool fill(bool may_wait);
    void take_lines(std::vector<Entry>& out, std::size_t most, std::size_t& bytes_left);
    void end_line(std::vector<Entry>& out);

    std::vector<std::string> operands_;
    std::size_t next_operand_ = 0;
    char end_of_line_;
    FileDescriptor owned_;
    int fd_ = -1;
    bool ended_ = false;  // of the present operand
    std::string buffer_;
    std::size_t begin_ = 0;    // of the unread part of the buffer
    std::size_t scanned_ = 0;  // behind begin_, free of line ends
    bool skipping_ = false;    // the rest of a line that is too long
    std::string skipped_;      // its beginning
    std::uint64_t position_ = 0;
    std::vector<Entry> pending_;
    std::atomic<bool> cancelled_{false};
};

}  // namespace msh::cli
