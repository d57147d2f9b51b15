#include "paths.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace msh {
namespace fs = std::filesystem;

PathSource::PathSource(std::vector<std::string> operands, char separator) {
    if (operands.empty()) list_.emplace(std::vector<std::string>{"-"}, separator);
    for (auto operand = operands.rbegin(); operand != operands.rend(); ++operand)
        pending_.emplace_back(*operand);
}

std::vector<Input> PathSource::next(std::size_t most) {
    if (list_) return next_from_list(most);
    std::vector<Input> out;
    while (out.size() < most && !pending_.empty()) {
        const fs::path path = std::move(pending_.back());
        pending_.pop_back();
        std::error_code error;
        if (fs::symlink_status(path, error).type() == fs::file_type::directory) {
            open_folder(path, out);
        } else if (path == "-" && error) {
            out.push_back({++position_, path,
                           Error(ErrorKind::input, "there is no such file",
                                 "paths are read from standard input when there is no operand")});
        } else {
            out.push_back({++position_, path, std::nullopt});
        }
    }
    return out;
}

void PathSource::open_folder(const fs::path& folder, std::vector<Input>& out) {
    std::error_code error;
    std::vector<fs::path> entries;
    for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        std::error_code ignored;
        if (!entry->is_symlink(ignored)) entries.push_back(entry->path());
    }
    if (error) {
        out.push_back({++position_, folder, Error(ErrorKind::input, "cannot read the folder: " + error.message())});
        return;
    }
    std::sort(entries.begin(), entries.end(),
              [](const fs::path& a, const fs::path& b) { return a.native() > b.native(); });
    std::move(entries.begin(), entries.end(), std::back_inserter(pending_));
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
