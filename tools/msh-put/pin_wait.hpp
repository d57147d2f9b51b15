// Waits for those who pin in their own time.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "ipfs/answers.hpp"
#include "ipfs/payload.hpp"
#include "target.hpp"

namespace msh {

using AskPins = std::function<std::vector<ipfs::PinState>(std::span<const ipfs::Cid>)>;

// Asks, at first often, until all are pinned or failed, or the time is over, which is `stall` and what it takes to look
// at so many bytes. Adds those that are not pinned. `host` is for messages.
void wait_for_pins(std::span<const ipfs::PayloadName> payloads, std::chrono::seconds stall, const std::string& host,
                   const AskPins& ask, std::vector<Refusal>& refusals);

}  // namespace msh
