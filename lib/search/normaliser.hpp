// How the values of sealed boxes become terms. Its version and a hash of its description stand in the manifest with
// each segment: segments that were made with another normaliser are rebuilt by the next flush, so that a query needs
// only one form.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "terms/term.hpp"

namespace msh::search {

struct Normaliser {
    std::string description;
    std::uint32_t version = 0;
    // The terms of one value of the attribute with this tag, as written in the sealed box; none if it cannot be
    // searched. Does not fail.
    std::function<std::vector<terms::Term>(std::string_view tag, std::string_view value)> terms;
};

// The one in use, of terms/normalise.hpp: every program that changes the index takes it from here.
[[nodiscard]] Normaliser dicom_normaliser();

}  // namespace msh::search
