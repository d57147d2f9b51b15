#include "paths.hpp"

#include <utility>

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr const char* use_null = "the paths in the list are terminated by NUL: use -0";
constexpr const char* leave_out_null = "the paths in the list are terminated by newline: omit -0";

bool has(const std::string& path, char c) {
    return path.find(c) != std::string::npos;
}

// What a path looks like that comes from a list of the other kind.
std::string hint_at_list(const std::string& path, char separator) {
    if (separator == '\0') return has(path, '\n') ? leave_out_null : "";
    if (has(path, '\0')) return use_null;
    return path.ends_with('\r') ? "the line ends with CR LF: end it with newline alone" : "";
}

std::string hint_at_operand(const std::string& path) {
    if (path == "-") return "to read paths from standard input, give no operands";
    return has(path, '\n') ? "give each path as a separate operand, or the list on standard input" : "";
}

}  // namespace

PathSource::PathSource(std::vector<std::string> operands, char separator) : separator_(separator) {
    if (operands.empty()) list_.emplace(std::vector<std::string>{"-"}, separator);
    operands_.assign(operands.rbegin(), operands.rend());
}

std::vector<Input> PathSource::next(std::size_t most) {
    if (list_) return next_from_list(most);
    std::vector<Input> out;
    while (out.size() < most) {
        const std::optional<fs::path> path = next_path();
        if (!path) break;
        std::error_code error;
        const fs::file_type type = fs::symlink_status(*path, error).type();
        const bool is_operand = folders_.empty();
        if (type == fs::file_type::symlink && !is_operand) {
            out.push_back({.position = ++position_, .path = *path, .is_link = true});
        } else if (type == fs::file_type::directory) {
            std::error_code unreadable;
            folders_.emplace_back(*path, unreadable);
            if (!unreadable) continue;
            out.push_back({.position = ++position_,
                           .path = *path,
                           .error = Error(ErrorKind::input, "cannot read the folder: " + unreadable.message())});
        } else {
            out.push_back({.position = ++position_, .path = *path, .hint_if_missing = hint_at_operand(path->native())});
        }
    }
    return out;
}

// Out of the innermost folder that has one left.
std::optional<fs::path> PathSource::next_path() {
    while (!folders_.empty() && folders_.back().empty())
        folders_.pop_back();
    if (!folders_.empty()) return folders_.back().take();
    if (operands_.empty()) return std::nullopt;
    fs::path path = std::move(operands_.back());
    operands_.pop_back();
    return path;
}

std::vector<Input> PathSource::next_from_list(std::size_t most) {
    std::vector<Input> out;
    for (cli::LineReader::Entry& entry : list_->next(most, cli::max_line)) {
        Input input{
            .position = entry.position, .path = entry.text, .hint_if_missing = hint_at_list(entry.text, separator_)};
        if (entry.kind == cli::LineReader::Kind::too_long) {
            input.error = Error(ErrorKind::input, "the path is too long", input.hint_if_missing);
        } else if (entry.kind == cli::LineReader::Kind::unreadable) {
            input.error = Error(ErrorKind::input, "cannot read the list: " + entry.text);
        } else if (has(entry.text, '\0')) {
            input.error = Error(ErrorKind::input, "a path with a NUL in it", use_null);
        }
        out.push_back(std::move(input));
    }
    return out;
}

}  // namespace msh
