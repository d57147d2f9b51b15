// What Kubo's RPC answers. None of it is trusted: the caller compares it with what it knows.
//
// Source: Kubo's RPC API, v0.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ipfs/cid.hpp"

namespace msh::nodes {

// Of dag/import, a line for each root, in no order, among lines of other kinds:
//     {"Root":{"Cid":{"/":"bafk..."},"PinErrorMsg":""}}
struct ImportedRoot {
    std::optional<ipfs::Cid> root;  // nothing for a CID of a kind that msh does not write
    std::string pin_error;          // empty when it is pinned; printable
};

// Nothing where a line is not JSON or too long, or the last one is cut off.
[[nodiscard]] std::optional<std::vector<ImportedRoot>> read_imported_roots(std::string_view answer);

// Of pin/ls, the recursive pins: {"Keys":{"bafk...":{"Type":"recursive"}, ...}}
[[nodiscard]] std::optional<std::set<ipfs::Cid>> read_pins(std::string_view answer);

// Of pin/ls with stream=true, a line for each pin: {"Cid":"bafk...","Type":"recursive"}
[[nodiscard]] std::optional<std::set<ipfs::Cid>> read_listed_pins(std::string_view answer);

// Of block/stat: {"Key":"bafk...","Size":1024}. False for another block, and for one that is larger than any.
[[nodiscard]] bool is_block_stat(std::string_view answer, const ipfs::Cid& cid);

// Of pin/add: {"Pins":["bafk...", ...]}
[[nodiscard]] bool is_pinned(std::string_view answer, const ipfs::Cid& root);

// Of version: {"Version":"0.42.0", ...}
[[nodiscard]] bool is_version(std::string_view answer);

// Of id: {"Addresses":["/ip4/..."]}; printable.
[[nodiscard]] std::vector<std::string> read_addresses(std::string_view answer);

}  // namespace msh::nodes
