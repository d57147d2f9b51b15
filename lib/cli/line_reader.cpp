#include "cli/line_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"

namespace msh::cli {
namespace {

constexpr std::size_t chunk = 256 * 1024;
constexpr std::size_t kept_of_long_line = 4096;

}  // namespace

LineReader::LineReader(std::vector<std::string> operands, char end_of_line)
    : operands_(std::move(operands)), end_of_line_(end_of_line) {
    if (operands_.empty()) operands_.emplace_back("-");
}

// Opens the next operand; false when there is none left.
bool LineReader::open_next() {
    while (next_operand_ < operands_.size()) {
        const std::string& operand = operands_[next_operand_++];
        ended_ = false;
        if (operand == "-") {
            fd_ = STDIN_FILENO;
            if (::isatty(fd_) == 1) say_note("reading from the terminal; end with ctrl-d");
            return true;
        }
        owned_ = FileDescriptor(::open(operand.c_str(), O_RDONLY | O_CLOEXEC));
        if (owned_) {
            fd_ = owned_.get();
            return true;
        }
        pending_.push_back({next_operand_, Kind::unreadable, std::strerror(errno)});
    }
    return false;
}

// False when there is nothing to wait for any more. A signal may reach another thread than the one that waits here.
bool LineReader::wait_for_input() const {
    while (true) {
        pollfd ready{fd_, POLLIN, 0};
        const int count = ::poll(&ready, 1, 200);
        const bool goes_on = count == 0 || (count < 0 && errno == EINTR);
        stop_if_signalled();
        if (!goes_on) return true;
        if (cancelled_) return false;
    }
}

// Reads more of the present operand; false when there is nothing to read without waiting.
bool LineReader::fill(bool may_wait) {
    pollfd ready{fd_, POLLIN, 0};
    if (may_wait ? !wait_for_input() : ::poll(&ready, 1, 0) == 0) return false;
    if (begin_ > 0) {
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    const std::size_t size = buffer_.size();
    buffer_.resize(size + chunk);
    const ssize_t got = ::read(fd_, buffer_.data() + size, chunk);
    const int error = errno;
    buffer_.resize(size + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0 && (error == EINTR || error == EAGAIN)) {
        stop_if_signalled();
        return true;
    }
    if (got < 0) pending_.push_back({next_operand_, Kind::unreadable, std::strerror(error)});
    if (got <= 0) ended_ = true;
    return true;
}

void LineReader::end_line(std::vector<Entry>& out) {
    std::string text = buffer_.substr(begin_, scanned_);
    ++position_;
    if (skipping_ || text.size() > max_line) {
        if (skipping_) text = std::exchange(skipped_, {});
        text.resize(std::min(text.size(), kept_of_long_line));
        out.push_back({position_, Kind::too_long, std::move(text)});
    } else if (!text.empty()) {
        out.push_back({position_, Kind::text, std::move(text)});
    }
    skipping_ = false;
}

void LineReader::take_lines(std::vector<Entry>& out, std::size_t most, std::size_t& bytes_left) {
    while (out.size() < most && bytes_left > 0) {
        const std::size_t end = buffer_.find(end_of_line_, begin_ + scanned_);
        if (end == std::string::npos) {
            scanned_ = buffer_.size() - begin_;
            if (scanned_ > max_line) {
                if (!skipping_) skipped_ = buffer_.substr(begin_, kept_of_long_line);
                skipping_ = true;
                begin_ = buffer_.size();
                scanned_ = 0;
            }
            return;
        }
        scanned_ = end - begin_;
        bytes_left -= std::min(bytes_left, scanned_ + 1);
        end_line(out);
        begin_ = end + 1;
        scanned_ = 0;
    }
}

std::vector<LineReader::Entry> LineReader::next(std::size_t most, std::size_t bytes) {
    std::vector<Entry> out;
    std::size_t bytes_left = bytes;
    while (out.size() < most && bytes_left > 0) {
        stop_if_signalled();
        for (Entry& entry : std::exchange(pending_, {}))
            out.push_back(std::move(entry));
        if (fd_ < 0 && !open_next()) {
            if (!pending_.empty()) continue;
            break;
        }
        take_lines(out, most, bytes_left);
        if (out.size() >= most || bytes_left == 0) break;
        if (ended_) {
            if (scanned_ > 0 || skipping_) end_line(out);
            buffer_.clear();
            begin_ = scanned_ = 0;
            owned_.reset();
            fd_ = -1;
            continue;
        }
        if (!fill(out.empty())) break;
    }
    return out;
}

}  // namespace msh::cli
