#include "paths.hpp"

#include <utility>

namespace msh {
namespace fs = std::filesystem;

PathSource::PathSource(std::vector<std::string> operands, char separator) {
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
        if (fs::symlink_status(*path, error).type() == fs::file_type::directory) {
            std::error_code unreadable;
            folders_.emplace_back(*path, unreadable);
            if (!unreadable) continue;
            out.push_back(
                {++position_, *path, Error(ErrorKind::input, "cannot read the folder: " + unreadable.message())});
        } else if (*path == "-" && error) {
            out.push_back({++position_, *path,
                           Error(ErrorKind::input, "there is no such file",
                                 "paths are read from standard input when there is no operand")});
        } else {
            out.push_back({++position_, *path, std::nullopt});
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
    for (cli::LineReader::Entry& entry : list_->next(most, cli::longest_line)) {
        Input input{entry.position, entry.text, std::nullopt};
        if (entry.kind != cli::LineReader::Kind::text) {
            input.error = Error(ErrorKind::input, entry.kind == cli::LineReader::Kind::too_long
                                                      ? "the path is too long"
                                                      : "cannot read the list: " + entry.text);
        }
        out.push_back(std::move(input));
    }
    return out;
}

}  // namespace msh
