// Text of JSON objects, for what msh writes: records, boxes, listings, reports and requests.
//
//     const std::string line = json::Object().number("msh", 1).text("type", "verdict").text("origin", origin).done();
//
// Members stand in the order they are added, without white space and without needless escapes. Where they are added in
// the order of their names and numbers are whole, the text is canonical (RFC 8785).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace msh::json {

// A string as JSON text, quoted and escaped; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string quote(std::string_view text);

// A list of texts of JSON, each as it is.
[[nodiscard]] std::string list(std::span<const std::string> values);

// A member's name is taken as it is: ASCII that needs no escape. The
// forms with _if add no member for nothing.
class Object {
  public:
    Object& text(std::string_view name, std::string_view value);
    Object& text_if(std::string_view name, const std::optional<std::string>& value);
    Object& texts(std::string_view name, std::span<const std::string> values);
    Object& number(std::string_view name, std::uint64_t value);
    Object& number_if(std::string_view name, const std::optional<std::uint64_t>& value);
    Object& flag(std::string_view name, bool value);
    // A value that is JSON already.
    Object& json(std::string_view name, std::string_view value);

    [[nodiscard]] std::string done() const { return text_ + "}"; }

  private:
    std::string text_ = "{";
};

}  // namespace msh::json
