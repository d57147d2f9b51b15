#include "dicom/input.hpp"

#include <algorithm>

namespace msh::dicom {
namespace {

constexpr std::size_t window_size = 64 << 10;
constexpr std::size_t first_fill = 4 << 10;

}  // namespace

Input::Input() : window_(std::make_unique_for_overwrite<std::uint8_t[]>(window_size)), next_fill_(first_fill) {}

// Adds bytes behind those in the window; what lies further back than rewind() reaches makes room.
bool Input::fill() {
    if (window_size - end_ < next_fill_) {
        const std::size_t drop = begin_ > reach ? begin_ - reach : 0;
        std::copy(window_.get() + drop, window_.get() + end_, window_.get());
        window_position_ += drop;
        begin_ -= drop;
        end_ -= drop;
    }
    const std::size_t count = produce({window_.get() + end_, std::min(next_fill_, window_size - end_)});
    end_ += count;
    next_fill_ = std::min(next_fill_ * 2, window_size / 2);
    return count != 0;
}

ByteView Input::peek(std::size_t count) {
    count = std::min(count, reach);
    while (end_ - begin_ < count && fill()) {
    }
    return {window_.get() + begin_, std::min(count, end_ - begin_)};
}

std::size_t Input::read(MutableBytes into) {
    std::size_t done = 0;
    while (done < into.size()) {
        if (begin_ == end_ && !fill()) break;
        const std::size_t part = std::min(into.size() - done, end_ - begin_);
        std::copy_n(window_.get() + begin_, part, into.data() + done);
        begin_ += part;
        done += part;
    }
    return done;
}

std::uint64_t Input::skip(std::uint64_t count) {
    const auto near = static_cast<std::size_t>(std::min<std::uint64_t>(count, end_ - begin_));
    begin_ += near;
    if (near == count) return count;
    const std::uint64_t far = leap(count - near);
    window_position_ += end_ + far;
    begin_ = end_ = 0;
    next_fill_ = first_fill;
    return near + far;
}

void Input::rewind(std::uint64_t count) {
    begin_ -= static_cast<std::size_t>(std::min<std::uint64_t>(count, begin_));
}

FileInput::FileInput(const Source& source, std::uint64_t offset) : source_(source), offset_(offset) {
    start_at(offset);
}

std::size_t FileInput::produce(MutableBytes into) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), source_.size() - offset_));
    source_.read_at(offset_, into.first(count));
    offset_ += count;
    return count;
}

std::uint64_t FileInput::leap(std::uint64_t count) {
    count = std::min(count, source_.size() - offset_);
    offset_ += count;
    return count;
}

}  // namespace msh::dicom
