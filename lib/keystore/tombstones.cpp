#include "keystore/tombstones.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "base/temporary_file.hpp"

namespace msh::keystore {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t file_limit = 64u << 20;

std::string line_of(const Tombstone& tombstone) {
    return to_hex(tombstone.study) + ' ' + to_hex(tombstone.commitment) +
           (tombstone.lookup ? " own " + to_hex(*tombstone.lookup) : " from " + tombstone.issuer) + '\n';
}

// The text up to the next space or the end, which is taken off.
std::string_view take_word(std::string_view& text) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return word;
}

std::optional<Tombstone> parse_line(std::string_view line) {
    const auto study = array_from_hex<16>(take_word(line));
    const auto commitment = array_from_hex<32>(take_word(line));
    const std::string_view whose = take_word(line);
    if (!study || !commitment) return std::nullopt;
    if (whose == "own") {
        const auto lookup = array_from_hex<32>(line);
        return lookup ? std::optional(Tombstone{*study, *commitment, lookup, {}}) : std::nullopt;
    }
    const auto is_visible = [](char c) { return c > ' ' && c <= '~'; };
    if (whose != "from" || line.empty() || !std::all_of(line.begin(), line.end(), is_visible)) return std::nullopt;
    return Tombstone{*study, *commitment, std::nullopt, std::string(line)};
}

// Whether a line, of one kind or the other, begins with this, as what a crash leaves of the last one does.
bool may_begin_line(std::string_view text) {
    static const std::string head = std::string(32, '0') + ' ' + std::string(64, '0');
    static const std::array lines{head + " own " + std::string(64, '0'), head + " from 0"};
    return text.empty() || std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
               return parse_line(std::string(text) + line.substr(std::min(text.size(), line.size()))).has_value();
           });
}

// The file's size up to the end of its last whole line.
std::size_t whole_lines(std::string_view text) {
    const std::size_t last = text.rfind('\n');
    return last == std::string_view::npos ? 0 : last + 1;
}

struct Parsed {
    std::vector<Tombstone> tombstones;
    bool is_damaged = false;  // some line is something else, or the last one does not begin as one
};

Parsed parse_what_can_be_read(std::string_view text) {
    Parsed parsed;
    const std::size_t whole = whole_lines(text);
    parsed.is_damaged = !may_begin_line(text.substr(whole));
    text = text.substr(0, whole);
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (auto tombstone = parse_line(text.substr(0, end))) {
            parsed.tombstones.push_back(std::move(*tombstone));
        } else {
            parsed.is_damaged = true;
        }
        text.remove_prefix(end + 1);
    }
    return parsed;
}

std::vector<Tombstone> parse(std::string_view text) {
    Parsed parsed = parse_what_can_be_read(text);
    if (parsed.is_damaged) throw Error(ErrorKind::input, "the list of tombstones is damaged");
    return std::move(parsed.tombstones);
}

// The lines of those that are not among the known ones.
std::string lines_of_others(std::span<const Tombstone> tombstones, const std::vector<Tombstone>& known) {
    std::string lines;
    for (const Tombstone& tombstone : tombstones) {
        if (std::find(known.begin(), known.end(), tombstone) == known.end()) lines += line_of(tombstone);
    }
    return lines;
}

fs::path folder_of(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

}  // namespace

void make_tombstones(const fs::path& file) {
    const FileLock made_by_locking(file);
}

void append_tombstones(const fs::path& file, std::span<const Tombstone> tombstones) {
    const FileLock lock(file);  // makes it when it is missing
    const Bytes bytes = read_file(file, file_limit).value_or(Bytes());
    const std::string lines = lines_of_others(tombstones, parse(as_text(bytes)));
    if (lines.empty()) return;
    const FileDescriptor fd(::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!fd) throw system_error("cannot open the list of tombstones", errno);
    const std::size_t whole = whole_lines(as_text(bytes));
    if (whole != bytes.size() && ::ftruncate(fd.get(), static_cast<off_t>(whole)) != 0) {
        throw system_error("cannot write the list of tombstones", errno);
    }
    write_all(fd.get(), as_bytes(lines));
    sync_file(fd.get());
    sync_folder(folder_of(file));
}

ListState repair_tombstones(const fs::path& file, std::span<const Tombstone> tombstones) {
    const auto bytes = read_file(file, file_limit);
    const Parsed parsed = bytes ? parse_what_can_be_read(as_text(*bytes)) : Parsed{};
    const std::string lacking = lines_of_others(tombstones, parsed.tombstones);
    if (bytes && !parsed.is_damaged && lacking.empty()) return ListState::whole;
    if (parsed.is_damaged) write_file_atomically(file.string() + ".damaged", *bytes, 0600);
    std::string text;
    for (const Tombstone& tombstone : parsed.tombstones)
        text += line_of(tombstone);
    write_file_atomically(file, as_bytes(text + lacking), 0600);
    if (!bytes) return ListState::missing;
    return parsed.is_damaged ? ListState::damaged : ListState::incomplete;
}

std::vector<Tombstone> read_tombstones(const fs::path& file, const std::string& name) {
    const auto bytes = read_file(file, file_limit, name);
    return bytes ? parse(as_text(*bytes)) : std::vector<Tombstone>();
}

}  // namespace msh::keystore
