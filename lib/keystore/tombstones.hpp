// Tombstones: which studies were shredded, in a text file that backups do not contain, so that a restored backup does
// not bring them back. One a line:
//
//     <study: 32 hex digits> <look-up: 64 hex digits, or "-" for a study of someone else>
//
// A line is appended and synced before the study is deleted. The last line, when a crash cut it, counts for nothing:
// its study was not deleted yet.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "base/bytes.hpp"

namespace msh::keystore {

struct Tombstone {
    Id study{};
    std::optional<Digest> lookup;
    bool operator==(const Tombstone&) const = default;
};

// Appends, unless it is there, to the file (0600, made when missing); durable on return.
void append_tombstone(const std::filesystem::path& file, const Tombstone& tombstone);

// Makes an empty list where there is none, which says that nothing was shredded.
void make_tombstones(const std::filesystem::path& file);

// All of them; none for a missing file, Error `input` for a file that is something else.
[[nodiscard]] std::vector<Tombstone> read_tombstones(const std::filesystem::path& file);

}  // namespace msh::keystore
