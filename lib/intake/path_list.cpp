#include "intake/path_list.hpp"

#include <utility>

namespace msh::intake {
namespace {

constexpr const char* use_null = "the paths in the list are terminated by NUL: use -0";
constexpr const char* leave_out_null = "the paths in the list are terminated by newline: omit -0";

bool has(const std::string& path, char c) {
    return path.find(c) != std::string::npos;
}

// What a path looks like that comes from a list of the other kind.
std::string hint_at(const std::string& path, char separator) {
    if (separator == '\0') return has(path, '\n') ? leave_out_null : "";
    if (has(path, '\0')) return use_null;
    return path.ends_with('\r') ? "the line ends with CR LF: end it with newline alone" : "";
}

}  // namespace

Input PathList::path(std::uint64_t position, std::string line) const {
    Input input{.position = position, .path = {}, .hint_if_missing = hint_at(line, separator_)};
    if (has(line, '\0')) input.error = Error(ErrorKind::input, "a path with a NUL in it", use_null);
    input.path = std::move(line);
    return input;
}

Input PathList::too_long(std::uint64_t position, std::string beginning) const {
    Error error(ErrorKind::input, "the path is too long", hint_at(beginning, separator_));
    return {.position = position, .path = std::move(beginning), .error = std::move(error)};
}

Input PathList::unreadable(std::uint64_t position, const std::string& reason) {
    return {.position = position, .path = reason, .error = Error(ErrorKind::input, "cannot read the list: " + reason)};
}

}  // namespace msh::intake
