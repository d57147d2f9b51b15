// A record whose payload is to be fetched, and what came of it.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "json/line.hpp"
#include "record/object.hpp"

namespace msh::storage {

struct FetchRequest {
    const record::Object& object;
    json::Line& line;  // gets the path

    std::optional<Error> error{};  // why it was not fetched
    // Not fetched because no source is left. No error is printed for it; Getter::report_unfetched() prints the number.
    bool is_only_counted = false;

    [[nodiscard]] bool is_fetched() const noexcept { return !error && !is_only_counted; }
};

}  // namespace msh::storage
