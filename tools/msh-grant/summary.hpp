// What msh-grant says at its end: how much went to how many.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace msh {

struct Summary {
    std::uint64_t objects = 0;
    std::uint64_t studies = 0;
    std::uint64_t recipients = 0;
};

// "granted 4 objects of 1 study to 2 recipients", and how.
void say_granted(const Summary& summary, const std::string& how);
// How, of a grant: "until 2999-12-31T23:59:59Z", or "without end".
[[nodiscard]] std::string until(const std::optional<std::int64_t>& not_after);

}  // namespace msh
