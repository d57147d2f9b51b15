// Payloads into files.
//
//     download({root, size}, near, finder, unixfs_v1_2025, destination);
//     resume_download({root, size}, finder, unixfs_v1_2025, file);
//     download_part({root, size}, finder, unixfs_v1_2025, {{0, 1 << 20}}, destination);
//
// All throw Error, kind `input`, when a block is absent or damaged in all sources or the DAG is malformed, and when the
// payload is larger than what is free there, before a block of it is fetched: its size is only what a record says. What
// else a finder throws, they throw. Nothing is synced: the caller does that when it has a batch.
#pragma once

#include <filesystem>
#include <span>

#include "base/byte_range.hpp"
#include "ipfs/block_finder.hpp"
#include "ipfs/payload.hpp"
#include "ipfs/unixfs.hpp"

namespace msh::ipfs {

// A file of mode 0600 that appears at its destination once it is whole. A payload of one block that one of `near` can
// link is a hard link instead, with the mode it has there, and nobody may write to it.
void download(const PayloadRef& payload, const BlockSources& near, BlockFinder& finder, const Layout& layout,
              const std::filesystem::path& destination);

// Into a file that may hold some of the payload already, from a download that was broken off: what is right of it is
// not fetched again. The file stays as it is when this one is broken off.
void resume_download(const PayloadRef& payload, BlockFinder& finder, const Layout& layout,
                     const std::filesystem::path& file);

// Only the leaves in which these ranges of the payload lie: each at its place in a file of the payload's size that has
// holes elsewhere. It appears once they are all there.
void download_part(const PayloadRef& payload, BlockFinder& finder, const Layout& layout,
                   std::span<const ByteRange> ranges, const std::filesystem::path& destination);

}  // namespace msh::ipfs
