// Untrusted JSON as a read-only tree. A member that is missing or of
// another kind reads as empty, and nesting is bounded, so that hostile text takes memory in proportion to its length.
//
//     const auto answer = json::Value::parse(body);
//     if (!answer) ...                                     // not JSON, or nested too deeply
//     const std::string version = answer->at("Version").text();
//     for (const json::Value& result : answer->at("results").items()) ...
//
// The caller bounds the length. For lines that are changed and passed on see json/line.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace msh::json {

inline constexpr std::size_t max_depth = 64;

class Value {
  public:
    enum class Kind { null, text, number, other, list, object };  // number: an integer from 0 to 2^64 - 1
    using Member = std::pair<std::string, Value>;

    // One value with nothing behind it. Nothing where the text is not JSON.
    [[nodiscard]] static std::optional<Value> parse(std::string_view text);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool is_object() const noexcept { return kind_ == Kind::object; }
    [[nodiscard]] bool is_list() const noexcept { return kind_ == Kind::list; }
    [[nodiscard]] bool is_null() const noexcept { return kind_ == Kind::null; }
    [[nodiscard]] bool is_text() const noexcept { return kind_ == Kind::text; }

    // Of an object; of members of one name, the last. find() gives nullptr where there is none, at() a null.
    [[nodiscard]] const Value* find(std::string_view name) const noexcept;
    [[nodiscard]] const Value& at(std::string_view name) const noexcept;

    // Empty where it is of another kind. Members in their order.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] std::optional<std::uint64_t> number() const noexcept;
    [[nodiscard]] const std::vector<Value>& items() const noexcept { return items_; }
    [[nodiscard]] const std::vector<Member>& members() const noexcept { return members_; }

  private:
    class Builder;

    Kind kind_ = Kind::null;
    std::uint64_t number_ = 0;
    std::string text_;
    std::vector<Value> items_;
    std::vector<Member> members_;
};

// Calls with each line, which has to be an object of at most `max_line` bytes; empty lines are passed over. False at
// the first that is not.
template <typename Call>
[[nodiscard]] bool for_each_object(std::string_view lines, std::size_t max_line, const Call& call) {
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(line.size() < lines.size() ? line.size() + 1 : line.size());
        if (line.empty()) continue;
        const auto value = line.size() > max_line ? std::nullopt : Value::parse(line);
        if (!value || !value->is_object()) return false;
        call(*value);
    }
    return true;
}

}  // namespace msh::json
