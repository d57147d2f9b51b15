// A large directory of UnixFS as a hash array mapped trie: each node (shard) has up to 256 links, one for each value of
// the next byte of the hash of a name. A link goes to an entry where it is the only one there, else to a shard below.
//
//     hash      the first 64 bits of MurmurHash3 x64 128 of the name, seed 0; its bytes from the highest on
//     link      named by the hash's byte as two upper-case hex digits, followed by the entry's name, or by nothing
//     bitfield  bit i is there where there is a link for byte i: a big-endian number without leading zero bytes
//
// To be used through ipfs/directory.hpp, which checks the names. Throws Error, kind `input`, before a block is
// given out, when two names have all 64 bits in common: the hash is no cryptographic one, so whoever wants to can make
// such names.
//
// Source: UnixFS specification (ipfs/specs), HAMTShard.
#pragma once

#include <span>

#include "ipfs/cid.hpp"
#include "ipfs/dag_pb.hpp"
#include "ipfs/unixfs.hpp"

namespace msh::ipfs {

[[nodiscard]] Cid build_hamt(std::span<const Link> entries, const BlockSink& sink);

}  // namespace msh::ipfs
