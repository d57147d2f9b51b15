#include <algorithm>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "json/line.hpp"

namespace msh::json {
namespace {

constexpr std::ptrdiff_t worth_skipping = 32;

// Whether a string may hold this byte as it is: printable ASCII but for quote and backslash.
bool is_plain(char c) {
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

// What the parser reads: the text without the insides of long plain strings, which cannot be wrong and are most of a
// record. It also lets the parser's callbacks know how far in the text the parser is.
class Reading {
  public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Reading(const char* at, const char* end, const char** seen) : at_(at), end_(end), seen_(seen) {}
    reference operator*() const { return *at_; }
    Reading& operator++() {
        const char passed = *at_++;
        if (escaped_) {
            escaped_ = false;
        } else if (passed == '"') {
            in_string_ = !in_string_;
            if (in_string_) skip_plain_string();
        } else {
            escaped_ = in_string_ && passed == '\\';
        }
        *seen_ = at_;
        return *this;
    }
    Reading operator++(int) {
        Reading before = *this;
        ++*this;
        return before;
    }
    bool operator==(const Reading& other) const { return at_ == other.at_; }
    bool operator!=(const Reading& other) const { return at_ != other.at_; }

  private:
    // Up to the closing quote, or not at all.
    void skip_plain_string() {
        if (end_ - at_ < worth_skipping) return;
        const void* quote = std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_));
        const auto* close = static_cast<const char*>(quote);
        if (close == nullptr || close - at_ < worth_skipping) return;
        bool plain = true;
        for (const char* c = at_; c != close; ++c)  // without an exit in between, so that it can be vectorised
            plain &= is_plain(*c);
        if (plain) at_ = close;
    }

    const char* at_;
    const char* end_;
    const char** seen_;
    bool in_string_ = false;
    bool escaped_ = false;
};

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

constexpr std::size_t member_depth = 2;
constexpr std::size_t max_members = 1000;  // keeps the search for a double one short on hostile lines,
constexpr std::size_t max_name = 256;      // and memory small

}  // namespace

// Receives the parser's events and notes where the members of the first two levels stand. At the event of a key, a
// string or a closing bracket the parser has read exactly up to its end; behind a number it has looked one further.
class Line::Collector {
  public:
    Collector(Line& line, const char* const& seen) : line_(line), seen_(seen) {}

    bool null() { return literal(ValueKind::other); }
    bool boolean(bool /*value*/) { return literal(ValueKind::other); }
    bool number_integer(std::int64_t /*value*/) { return number(ValueKind::other, 0); }
    bool number_unsigned(std::uint64_t value) { return number(ValueKind::number, value); }
    bool number_float(double /*value*/, const std::string& /*text*/) { return number(ValueKind::other, 0); }
    bool binary(std::vector<std::uint8_t>& /*value*/) { return false; }

    bool string(std::string& value) {
        if (depth_ == 0) return false;
        if (Member* member = open_member()) {
            finish(*member, ValueKind::string, position());
            if (has_escapes(member->value_begin)) member->decoded = std::move(value);
        }
        return true;
    }

    bool start_object(std::size_t /*elements*/) { return descend(false); }
    bool end_object() {
        ascend(ValueKind::object);
        if (depth_ == 0) line_.object_end_ = position();
        return true;
    }
    bool start_array(std::size_t /*elements*/) {
        if (depth_ == 0) return false;
        return descend(true);
    }
    bool end_array() {
        ascend(ValueKind::array);
        return true;
    }

    bool key(std::string& name) {
        if (in_array_ > 0 || depth_ > member_depth) return true;
        Member member;
        if (depth_ == member_depth) member.parent = line_.objects_.size() - 1;
        member.key_begin = skip_to_quote(last_end_);
        member.name = has_escapes(member.key_begin)
                          ? std::move(name)
                          : line_.text_.substr(member.key_begin + 1, position() - member.key_begin - 2);
        refused_ = reason_against(member);
        if (refused_ != nullptr) return false;
        member.value_begin = skip_space_and(position(), ':');
        line_.members_.push_back(std::move(member));
        pending_ = true;
        return true;
    }

    bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                     const nlohmann::json::exception& /*error*/) {
        return false;
    }

    // Why a sound text was refused all the same.
    [[nodiscard]] const char* refused() const { return refused_; }

  private:
    [[nodiscard]] const char* reason_against(const Member& fresh) const {
        if (line_.members_.size() == max_members) return "too many members";
        if (fresh.name.size() > max_name) return "a member's name is too long";
        for (const Member& member : line_.members_) {
            if (member.name == fresh.name && member.parent == fresh.parent) return "duplicate member";
        }
        return nullptr;
    }

    [[nodiscard]] std::size_t position() const { return static_cast<std::size_t>(seen_ - line_.text_.data()); }

    // Of the string that was just read. One without escapes stands in the text as it is.
    [[nodiscard]] bool has_escapes(std::size_t begin) const {
        return std::memchr(line_.text_.data() + begin, '\\', position() - begin) != nullptr;
    }

    [[nodiscard]] std::size_t skip_to_quote(std::size_t at) const { return line_.text_.find('"', at); }

    [[nodiscard]] std::size_t skip_space_and(std::size_t at, char mark) const {
        const std::string& text = line_.text_;
        while (at < text.size() && (is_space(text[at]) || text[at] == mark))
            ++at;
        return at;
    }

    Member* open_member() {
        if (!pending_) return nullptr;
        pending_ = false;
        return &line_.members_.back();
    }

    void finish(Member& member, ValueKind kind, std::size_t end) {
        member.kind = kind;
        member.value_end = end;
        last_end_ = end;
    }

    bool literal(ValueKind kind) {
        if (depth_ == 0) return false;
        if (Member* member = open_member()) finish(*member, kind, position());
        return true;
    }

    bool number(ValueKind kind, std::uint64_t value) {
        if (depth_ == 0) return false;
        Member* member = open_member();
        if (member == nullptr) return true;
        member->number = value;
        const std::size_t end = line_.text_.find_first_not_of("+-.0123456789eE", member->value_begin);
        finish(*member, kind, end == std::string::npos ? line_.text_.size() : end);
        return true;
    }

    bool descend(bool array) {
        const bool is_member = pending_;
        pending_ = false;
        if (is_member) parents_.push_back(line_.members_.size() - 1);
        if (is_member && depth_ + 1 == member_depth && !array) line_.objects_.push_back(line_.members_.back().name);
        is_member_.push_back(is_member);
        is_array_.push_back(array);
        if (array) ++in_array_;
        ++depth_;
        last_end_ = position();
        return true;
    }

    void ascend(ValueKind kind) {
        --depth_;
        if (is_array_.back()) --in_array_;
        is_array_.pop_back();
        if (is_member_.back()) {
            finish(line_.members_[parents_.back()], kind, position());
            parents_.pop_back();
        }
        is_member_.pop_back();
    }

    Line& line_;
    const char* const& seen_;
    std::size_t depth_ = 0;     // of open objects and arrays
    std::size_t in_array_ = 0;  // of them, arrays
    std::size_t last_end_ = 0;  // where the last member or opening bracket ended
    bool pending_ = false;      // a key was read, its value comes next
    const char* refused_ = nullptr;
    std::vector<std::size_t> parents_;  // members whose object or array is open
    std::vector<bool> is_member_;
    std::vector<bool> is_array_;
};

Line Line::parse(std::string text) {
    // The parser would take a NUL for the end, and the line for its first record.
    if (text.find('\0') != std::string::npos) throw Error(ErrorKind::input, "the line contains a NUL");
    // It would pass over a byte order mark, which other readers of JSON take for an error (RFC 8259 section 8.1).
    if (text.starts_with("\xef\xbb\xbf")) throw Error(ErrorKind::input, "not a JSON object");
    Line line;
    line.text_ = std::move(text);
    line.members_.reserve(16);
    line.objects_.emplace_back();
    const char* seen = line.text_.data();
    const char* const end = seen + line.text_.size();
    Collector collector(line, seen);
    const bool sound = nlohmann::json::sax_parse(Reading(seen, end, &seen), Reading(end, end, &seen), &collector);
    if (collector.refused() != nullptr) throw Error(ErrorKind::input, collector.refused());
    if (!sound) throw Error(ErrorKind::input, "not a JSON object");
    return line;
}

}  // namespace msh::json
