// Text in the JSON of servers, made fit to be shown: one line of printable ASCII.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.hpp"

namespace msh::nodes {

// No line of JSON in an answer is longer.
inline constexpr std::size_t max_answer_line = std::size_t{64} << 10;

// Other characters become "?". Of a text that is too long the middle is left out: the reason is usually at its end.
[[nodiscard]] std::string printable(std::string text);

// The texts of a list, printable; what is not text is skipped.
[[nodiscard]] std::vector<std::string> printable_texts(const json::Value& list);

// The message of an error, printable; empty where there is none:
//     {"Message":"..."} of a node, {"message":"..."} of a cluster,
//     {"error":{"reason":"...","details":"..."}} of a pinning service
[[nodiscard]] std::string read_error_message(std::string_view answer);

}  // namespace msh::nodes
