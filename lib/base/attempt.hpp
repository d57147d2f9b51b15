// Work on one input of many, whose failure must not end the others.
#pragma once

#include <optional>

#include "base/error.hpp"

namespace msh {

// Whether an error is about one input alone, which is damaged or which policy keeps out: the others can go on.
[[nodiscard]] inline bool concerns_one_input(const Error& error) noexcept {
    return error.kind() == ErrorKind::input || error.kind() == ErrorKind::refused;
}

// Runs what concerns this input alone: an Error of kind `input` is kept as the input's, any other passes through.
template <typename Step>
void attempt(std::optional<Error>& error, Step step) {
    try {
        step();
    } catch (const Error& caught) {
        if (caught.kind() != ErrorKind::input) throw;
        error = caught;
    }
}

}  // namespace msh
