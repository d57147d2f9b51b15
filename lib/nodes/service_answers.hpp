// What a pinning service is asked with, and what it answers.
//
// Source: IPFS Pinning Service API 1.0.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ipfs/cid.hpp"
#include "nodes/pinner.hpp"

namespace msh::nodes {

// Asks for one pin; of the origins, as many as the service reads.
[[nodiscard]] std::string pin_request(const ipfs::Cid& root, std::span<const std::string> origins);

// One pin, or a list:
//     {"status":"pinned","pin":{"cid":"bafk..."},"delegates":["/ip4/..."]}, {"results":[...]}
struct ServicePin {
    std::optional<ipfs::Cid> root;  // nothing for a CID of a kind that msh does not write
    PinStatus status;
    std::vector<std::string> delegates;  // the addresses that it fetches from; printable
};
[[nodiscard]] std::optional<ServicePin> read_service_pin(std::string_view answer);
[[nodiscard]] std::optional<std::vector<ServicePin>> read_service_pins(std::string_view answer);

}  // namespace msh::nodes
