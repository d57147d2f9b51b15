// Waits for those who pin in their own time.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "ipfs/payload.hpp"
#include "ipfs/pins.hpp"
#include "target.hpp"

namespace msh {

// Asks, at first often, until all are pinned or failed, or the time is over, which is `limit` and what it takes to look
// at so many bytes; a limit of 0 is one question alone. Adds those that are not pinned.
void wait_for_pins(std::span<const ipfs::PayloadName> payloads, std::chrono::seconds limit, ipfs::Pinner& pinner,
                   std::vector<Refusal>& refusals);

}  // namespace msh
