// Table E.1-1 of DICOM PS3.15, edition 2024b: what the Basic Application Level Confidentiality Profile does to which
// attribute. All 621 rows, as published; what a compound code comes to without knowing the object's IOD is said
// by resolve().
//
//     resolve(confidentiality_code(0x00100010), false) == Action::empty
//
// The rows are in confidentiality_table.inc, made by scripts/make-confidentiality-table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace msh::dicom {

inline constexpr std::string_view confidentiality_edition = "2024b";

// X remove, Z empty or dummy, D dummy, U new UID; "Z_D": Z, or D where the IOD requires it, and so on. X_Z_U is printed
// "X/Z/U*" (sequences that hold references).
enum class Code : std::uint8_t { none, X, Z, D, U, Z_D, X_Z, X_D, X_Z_D, X_Z_U };

enum class Action : std::uint8_t {
    keep,        // the value stays; of a sequence the items stay and are treated
    remove,      //
    empty,       // the element stays without a value
    dummy,       // another value
    map_uid,     // each UID replaced
    keep_class,  // each UID replaced that is not registered for what the element names (dicom/uid_registry.hpp)
};

// The row for a tag (group << 16 | element), patterns such as (60XX,3000) included; Code::none without one.
[[nodiscard]] Code confidentiality_code(std::uint32_t tag) noexcept;

// Without IOD tables the choice must be right for every IOD and give away nothing: an element that may be required with
// a value gets a dummy, one that may be required is emptied. A sequence of dummies says nothing, so sequences are
// emptied or removed instead, wherever the code leaves that choice.
//     element   D for Z/D, X/D, X/Z/D; Z for X/Z; U for X/Z/U*
//     sequence  Z for Z/D, X/Z, X/Z/D; X for X/D; X/Z/U* keeps the items, in which UIDs are replaced
[[nodiscard]] Action resolve(Code code, bool is_sequence) noexcept;

// For tests and reports.
[[nodiscard]] std::size_t confidentiality_row_count() noexcept;

}  // namespace msh::dicom
