// A directory of UnixFS: files, or whatever else has a CID, under one CID by their names. The same entries give the
// same CID, in whatever order they come, here and in any other program of this profile.
//
//     std::vector<Link> entries{{cid, "scan-1", total_size(unixfs_v1_2025, file_size)}, ...};
//     Cid root = build_directory(entries, [&](const Cid& cid, ByteView block) { store.put(cid, block); });
//
// It is one block, a node with the links sorted by name, as long as that block has at most 262144 bytes; above that, it
// is a HAMT (ipfs/hamt.hpp). Each block goes to the sink once it is finished: children before their node, the root
// last. Memory is some 16 bytes an entry above the entries themselves.
//
// A name is 1 to 255 bytes (so that no block is too large for IPFS) without '/' and NUL, and neither "." nor ".."; no
// two entries have the same one. Otherwise, and in the case described in ipfs/hamt.hpp, throws Error, kind `input`;
// then the sink has received nothing.
//
// Source: IPIP-499, profile `unixfs-v1-2025`; UnixFS specification (ipfs/specs).
#pragma once

#include <cstddef>
#include <span>

#include "ipfs/cid.hpp"
#include "ipfs/dag_pb.hpp"
#include "ipfs/unixfs.hpp"

namespace msh::ipfs {

inline constexpr std::size_t max_basic_directory = 262144;  // bytes of its block

[[nodiscard]] Cid build_directory(std::span<const Link> entries, const BlockSink& sink);

}  // namespace msh::ipfs
