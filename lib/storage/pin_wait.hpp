// Waits until a cluster or pinning service has pinned payloads.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "base/program.hpp"
#include "ipfs/payload.hpp"
#include "nodes/pinner.hpp"
#include "storage/target.hpp"

namespace msh::storage {

// Polls, often at first, until every payload is pinned or has failed, or until `limit`, plus a time that grows with the
// payloads' size, has passed. With a limit of 0 it asks once. Payloads that are not pinned are added to `refusals`.
// Throws what `pinner` throws.
void wait_for_pins(std::span<const ipfs::PayloadRef> payloads, std::chrono::seconds limit, nodes::Pinner& pinner,
                   const Program& program, std::vector<PinRefusal>& refusals);

}  // namespace msh::storage
