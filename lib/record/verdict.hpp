// What msh-verify found out about a record: one line of JSON.
//
//     {"msh":1,"type":"verdict","id":"<32 hex>","ok":true,"payload":"whole","log":"included","origin":"...",
//      "size":N,"seen":N,"witnesses":0}
//
// `payload`: whole; absent (a block was not found in any place), damaged, malformed, unknown (it has more blocks than
// are checked), shredded (its study was shredded, so it was not looked for), or no-cid. `log`: included (the leaf is in
// the tree of a signed checkpoint, of `size` leaves), not-included, behind (the log at hand ends before the leaf, and
// is older than what was seen of it), not-anchored, unknown-log (no key or no folder of its origin is at hand),
// bad-proof (the proof that the record carries), damaged (the log's files), forked (two checkpoints of the log
// contradict each other), or taken-back (the own log is gone, or smaller than was signed). `seen` stands where the log
// at hand has fewer leaves than the newest checkpoint seen. `ok` is true when the payload is whole and the leaf
// included.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace msh::record {

struct Verdict {
    Id id{};
    std::string payload;
    std::string log;
    std::optional<std::string> origin;
    std::optional<std::uint64_t> size;
    std::optional<std::uint64_t> seen;
    std::uint64_t witnesses = 0;

    [[nodiscard]] bool ok() const { return payload == "whole" && log == "included"; }
};

[[nodiscard]] std::string to_json(const Verdict& verdict);

}  // namespace msh::record
