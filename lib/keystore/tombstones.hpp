// Tombstones: which studies were shredded, in a text file that backups do not contain, so that a restored backup does
// not bring them back. One line for each epoch whose secret was destroyed:
//
//     <study: 32 hex digits> <commitment: 64 hex digits> own <look-up: 64 hex digits>
//     <study: 32 hex digits> <commitment: 64 hex digits> from <issuer: a fingerprint>
//
// Ids of studies are public, so the commitment tells which study of that id it was (studies.hpp). Lines are appended
// and synced before the study is deleted. The beginning of a last line, which a crash truncated, is ignored: its study
// was not deleted yet. Anything else, zeros for example, is damage.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace msh::keystore {

struct Tombstone {
    Id study{};
    Digest commitment{};
    std::optional<Digest> lookup;  // of an own study
    std::string issuer;            // of a received one
    bool operator==(const Tombstone&) const = default;
};

// Appends those that are not there to the file (0600, made when missing); durable on return.
void append_tombstones(const std::filesystem::path& file, std::span<const Tombstone> tombstones);

// Makes an empty list where there is none, which says that nothing was shredded.
void make_tombstones(const std::filesystem::path& file);

// Returns all of them; none if the file is missing. Error `input` if it is not a list of tombstones. Messages call it
// `name`, or by its path.
[[nodiscard]] std::vector<Tombstone> read_tombstones(const std::filesystem::path& file, const std::string& name = {});

// What was wrong with a list that should have held certain tombstones.
enum class ListState { whole, missing, incomplete, damaged };

// Writes the list anew where it is missing, damaged or lacks one of these: what can be read of it, then what it lacks.
// A damaged one is kept beside it, as FILE.damaged. Gives what was wrong.
ListState repair_tombstones(const std::filesystem::path& file, std::span<const Tombstone> tombstones);

}  // namespace msh::keystore
