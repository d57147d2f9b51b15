#include "keys.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/line_reader.hpp"

namespace msh {
namespace {

void require_text(const cli::LineReader::Entry& entry) {
    if (entry.kind == cli::LineReader::Kind::unreadable) {
        throw Error(ErrorKind::usage, "cannot read the key file: " + entry.text);
    }
    if (entry.kind == cli::LineReader::Kind::too_long) {
        throw Error(ErrorKind::usage, "a line of the file of keys is longer than 1 MiB");
    }
    if (entry.text.find('\0') != std::string::npos) {
        throw Error(ErrorKind::usage, "a line of the file of keys has a NUL in it", "keys are separated by newlines");
    }
}

}  // namespace

std::vector<std::string> read_keys(std::vector<std::string> keys, const std::vector<std::string>& files) {
    if (files.empty()) return keys;
    cli::LineReader lines(files, '\n');
    constexpr std::size_t a_batch = 1000;
    for (auto batch = lines.next(a_batch, cli::max_line); !batch.empty(); batch = lines.next(a_batch, cli::max_line)) {
        for (const cli::LineReader::Entry& entry : batch) {
            require_text(entry);
            const std::string_view line = edited_line(entry.text);
            if (!line.empty()) keys.emplace_back(line);
        }
    }
    return keys;
}

}  // namespace msh
