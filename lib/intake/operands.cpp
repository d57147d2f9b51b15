#include "intake/operands.hpp"

#include <system_error>
#include <utility>

namespace msh::intake {
namespace fs = std::filesystem;
namespace {

std::string hint_at(const std::string& path) {
    if (path == "-") return "to read paths from standard input, give no operands";
    const bool is_list = path.find('\n') != std::string::npos;
    return is_list ? "give each path as a separate operand, or the list on standard input" : "";
}

}  // namespace

Operands::Operands(std::vector<std::string> paths) {
    operands_.assign(std::make_move_iterator(paths.rbegin()), std::make_move_iterator(paths.rend()));
}

std::vector<Input> Operands::next(std::size_t most) {
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
            out.push_back({.position = ++position_, .path = *path, .hint_if_missing = hint_at(path->native())});
        }
    }
    return out;
}

// Out of the innermost folder that has one left.
std::optional<fs::path> Operands::next_path() {
    while (!folders_.empty() && folders_.back().empty())
        folders_.pop_back();
    if (!folders_.empty()) return folders_.back().take();
    if (operands_.empty()) return std::nullopt;
    fs::path path = std::move(operands_.back());
    operands_.pop_back();
    return path;
}

}  // namespace msh::intake
