#include "keystore/tombstones.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"

namespace msh::keystore {
namespace {

constexpr std::size_t file_limit = 64u << 20;
constexpr std::size_t study_digits = 32;

std::string line_of(const Tombstone& tombstone) {
    return to_hex(tombstone.study) + ' ' + (tombstone.lookup ? to_hex(*tombstone.lookup) : "-") + '\n';
}

std::optional<Tombstone> parse_line(std::string_view line) {
    if (line.size() <= study_digits || line[study_digits] != ' ') return std::nullopt;
    const auto study = array_from_hex<16>(line.substr(0, study_digits));
    if (!study) return std::nullopt;
    const std::string_view rest = line.substr(study_digits + 1);
    if (rest == "-") return Tombstone{*study, std::nullopt};
    const auto lookup = array_from_hex<32>(rest);
    if (!lookup) return std::nullopt;
    return Tombstone{*study, lookup};
}

// The file's size up to the end of its last whole line.
std::size_t whole_lines(std::string_view text) {
    const std::size_t last = text.rfind('\n');
    return last == std::string_view::npos ? 0 : last + 1;
}

std::vector<Tombstone> parse(std::string_view text) {
    std::vector<Tombstone> tombstones;
    text = text.substr(0, whole_lines(text));
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const auto tombstone = parse_line(text.substr(0, end));
        if (!tombstone) throw Error(ErrorKind::input, "the list of tombstones is damaged");
        tombstones.push_back(*tombstone);
        text.remove_prefix(end + 1);
    }
    return tombstones;
}

}  // namespace

void make_tombstones(const std::filesystem::path& file) {
    const FileLock made_by_locking(file);
}

void append_tombstone(const std::filesystem::path& file, const Tombstone& tombstone) {
    const FileLock lock(file);  // makes it when it is missing
    const Bytes bytes = read_file(file, file_limit).value_or(Bytes());
    const auto known = parse(as_text(bytes));
    if (std::find(known.begin(), known.end(), tombstone) != known.end()) return;
    const FileDescriptor fd(::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!fd) throw system_error("cannot open the list of tombstones", errno);
    const std::size_t whole = whole_lines(as_text(bytes));
    if (whole != bytes.size() && ::ftruncate(fd.get(), static_cast<off_t>(whole)) != 0) {
        throw system_error("cannot write the list of tombstones", errno);
    }
    write_all(fd.get(), as_bytes(line_of(tombstone)));
    sync_file(fd.get());
    sync_folder(file.has_parent_path() ? file.parent_path() : std::filesystem::path("."));
}

std::vector<Tombstone> read_tombstones(const std::filesystem::path& file) {
    const auto bytes = read_file(file, file_limit);
    return bytes ? parse(as_text(*bytes)) : std::vector<Tombstone>();
}

}  // namespace msh::keystore
