#include "dicom/confidentiality.hpp"

#include <algorithm>
#include <iterator>

namespace msh::dicom {
namespace {

using enum Code;

struct Row {
    std::uint32_t tag;
    Code code;
};

struct Pattern {
    std::uint32_t mask;
    std::uint32_t tag;
    Code code;
};

#include "dicom/confidentiality_table.inc"

constexpr bool before(const Row& a, const Row& b) {
    return a.tag < b.tag;
}
static_assert(std::is_sorted(std::begin(rows), std::end(rows), before));
static_assert(std::size(rows) + std::size(patterns) == 621);

}  // namespace

Code confidentiality_code(std::uint32_t tag) noexcept {
    const Row* row = std::lower_bound(std::begin(rows), std::end(rows), Row{tag, none}, before);
    if (row != std::end(rows) && row->tag == tag) return row->code;
    for (const Pattern& pattern : patterns) {
        if ((tag & pattern.mask) == pattern.tag) return pattern.code;
    }
    return none;
}

Action resolve(Code code, bool is_sequence) noexcept {
    switch (code) {
        case none:
            return Action::keep;
        case X:
            return Action::remove;
        case Z:
        case X_Z:
            return Action::empty;
        case D:
            return Action::dummy;
        case U:
            return Action::map_uid;
        case Z_D:
        case X_Z_D:
            return is_sequence ? Action::empty : Action::dummy;
        case X_D:
            return is_sequence ? Action::remove : Action::dummy;
        case X_Z_U:
            return is_sequence ? Action::keep : Action::map_uid;
    }
    return Action::remove;
}

std::size_t confidentiality_row_count() noexcept {
    return std::size(rows) + std::size(patterns);
}

}  // namespace msh::dicom
