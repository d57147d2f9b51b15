// One line of NDJSON that can be read and changed without losing a byte of what msh does not know.
//
// A filter adds or replaces members by splicing them into the text it read; unknown members, their order, white space
// and number formats are preserved. Members are addressed by path, one or two levels deep: "anchor", "payload.cid".
// The text is checked by nlohmann/json once, when the line is parsed.
//
//     Line line = Line::parse(text);              // Error (input): no JSON object, a member twice
//     if (line.text_of("type") == "object") ...
//     line.set("payload.cid", json::quote(cid));  // JSON text, taken as it is
//     line.remove("payload.path");
//     puts(line.text());
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msh::json {

enum class ValueKind { string, number, other, object, array };  // number: an integer from 0 to 2^64 - 1

class Line {
  public:
    [[nodiscard]] static Line parse(std::string text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    [[nodiscard]] bool has(std::string_view path) const noexcept { return find(path) != nullptr; }
    // What kind of value the member has; nothing where there is no such member.
    [[nodiscard]] std::optional<ValueKind> kind_of(std::string_view path) const noexcept;
    // The decoded text of a string member; nothing where it is absent or no string.
    [[nodiscard]] std::optional<std::string_view> text_of(std::string_view path) const noexcept;
    [[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view path) const noexcept;
    // The member's value as it stands in the line.
    [[nodiscard]] std::optional<std::string_view> json_of(std::string_view path) const noexcept;

    // Replaces the member or appends it. The parent object of a two-level path must exist. A value that
    // was set can be read back only with json_of.
    void set(std::string_view path, std::string_view json);
    void remove(std::string_view path);

  private:
    struct Member {
        std::string name;
        std::size_t parent = 0;  // in objects_
        std::size_t key_begin = 0;
        std::size_t value_begin = 0;
        std::size_t value_end = 0;
        ValueKind kind = ValueKind::other;
        std::optional<std::string> decoded;  // of a string with escapes
        std::uint64_t number = 0;
    };
    class Collector;

    // Where a first-level member of this name has its own members; nothing where it is no object.
    [[nodiscard]] std::optional<std::size_t> object_of(std::string_view name) const noexcept;
    [[nodiscard]] const Member* find(std::string_view path) const noexcept;
    void erase_members_of(std::string_view name);
    void replace(std::size_t begin, std::size_t end, std::string_view with);

    std::string text_;
    std::size_t object_end_ = 0;        // just past the closing brace
    std::vector<std::string> objects_;  // names of the objects that have members: of none, the line's own, at first
    std::vector<Member> members_;
};

}  // namespace msh::json
