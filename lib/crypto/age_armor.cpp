#include "crypto/age_armor.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "crypto/age_error.hpp"

namespace msh::crypto {
namespace {

constexpr std::string_view end_line = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t columns = 64;
constexpr std::size_t line_bytes = columns / 4 * 3;

[[noreturn]] void malformed(const char* what) {
    throw AgeError(AgeFailure::armor, std::string("malformed age armor: ") + what);
}

}  // namespace

void ArmorWriter::write(ByteView bytes) {
    const std::size_t size = (rest_.size() + bytes.size()) / line_bytes * line_bytes;
    if (size == 0) {
        append(rest_, bytes);
        return;
    }
    const ByteView whole = bytes.first(size - rest_.size());
    append(rest_, whole);
    write_lines(rest_);
    rest_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(whole.size()), bytes.end());
}

void ArmorWriter::finish() {
    write_lines(rest_);
    sink_(as_bytes(std::string(end_line) + "\n"));
}

void ArmorWriter::write_lines(ByteView bytes) {
    std::string text;
    if (!std::exchange(begun_, true)) text = std::string(armor_begin_line) + "\n";
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(line_bytes, bytes.size()))) {
        text += to_base64(bytes.first(std::min(line_bytes, bytes.size()))) + "\n";
    }
    sink_(as_bytes(text));
}

void ArmorReader::write(ByteView text) {
    while (!text.empty()) {
        const bool outside = expected_ == Expected::nothing || (expected_ == Expected::begin && line_.empty());
        if (outside && is_armor_space(text.front())) {
            text = text.subspan(1);
            continue;
        }
        if (expected_ == Expected::nothing) malformed("text after its end");
        const auto line_feed = std::ranges::find(text, std::uint8_t{'\n'});
        const ByteView part(text.begin(), line_feed);
        const bool ends_line = line_feed != text.end();
        text = text.subspan(part.size() + (ends_line ? 1 : 0));
        line_ += as_text(part);
        if (line_.size() > columns + 1) malformed("a line is too long");
        if (ends_line) {
            take_line(line_);
            line_.clear();
        }
    }
}

// The last line may lack its line end.
void ArmorReader::finish() {
    if (expected_ != Expected::nothing) take_line(line_);
    if (expected_ != Expected::nothing) malformed("cut off");
}

void ArmorReader::take_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (expected_ == Expected::begin) {
        if (line != armor_begin_line) malformed("the first line");
        expected_ = Expected::body;
    } else if (line == end_line) {
        expected_ = Expected::nothing;
    } else {
        const auto bytes = from_base64(line);
        if (expected_ == Expected::end) malformed("a short line is not the last");
        if (!bytes || bytes->empty() || line.size() > columns) malformed("a line of its body");
        if (bytes->size() < line_bytes) expected_ = Expected::end;
        sink_(*bytes);
    }
}

}  // namespace msh::crypto
