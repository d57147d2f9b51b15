// Waits for those who pin in their own time.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "ipfs/answers.hpp"
#include "target.hpp"

namespace msh {

// Asks, at first often, until all are pinned or failed, or the time is over; gives those that are not pinned. `host` is
// for messages.
[[nodiscard]] std::vector<Refusal> wait_for_pins(
    std::span<const ipfs::Cid> roots, std::chrono::milliseconds limit, const std::string& host,
    const std::function<std::vector<ipfs::PinState>(std::span<const ipfs::Cid>)>& ask);

}  // namespace msh
