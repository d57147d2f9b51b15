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
    // It was not fetched either, since no source is left. Getter::report_unfetched() counts it.
    bool is_only_counted = false;

    [[nodiscard]] bool is_fetched() const noexcept { return !error && !is_only_counted; }
};

}  // namespace msh::storage
