// The two small protobuf messages that files and directories are made of on IPFS: the dag-pb node (links and data), and
// the UnixFS message in the data of a node.
//
//     PBLink  { Hash = 1: CID, Name = 2: text, Tsize = 3: bytes of all blocks from here down }
//     PBNode  { Links = 2: repeated PBLink, Data = 1: bytes }, the links written before the data
//     Data    { Type = 1: 2 (File), filesize = 3, blocksizes = 4: repeated, one a link }
//     Data    { Type = 1: 1 (Directory) }
//     Data    { Type = 1: 5 (HAMTShard), Data = 2: bitfield, hashType = 5: murmur3-x64-64, fanout = 6: 256 }
//
// Decoding takes exactly what encoding gives: fields in this order, each of a link's there, shortest varints, nothing
// unknown, nothing behind; it gives nothing for all else. So a node has one spelling: encode_node(*decode_node(x)) is
// x. It allocates no more than a small multiple of its input. (The message in the data needs no decoder: whoever reads
// a file knows from its size what must stand there, see ipfs/file_walk.hpp.)
//
// Sources: DAG-PB specification (ipld), UnixFS specification (ipfs/specs), Protocol Buffers wire format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "ipfs/cid.hpp"

namespace msh::ipfs {

struct Link {
    Cid cid;
    std::string name;  // empty in a file's nodes
    std::uint64_t total_size = 0;
    bool operator==(const Link&) const = default;
};

struct Node {
    std::vector<Link> links;
    std::optional<Bytes> data;
    bool operator==(const Node&) const = default;
};

[[nodiscard]] Bytes encode_node(const Node& node);
[[nodiscard]] std::optional<Node> decode_node(ByteView block);

// The data of a node of a file: the bytes of the file below it, by link and in all.
[[nodiscard]] Bytes encode_file_data(const std::vector<std::uint64_t>& block_sizes);
// The data of a basic directory, and of a shard of a large one (ipfs/hamt.hpp).
[[nodiscard]] Bytes encode_directory_data();
[[nodiscard]] Bytes encode_shard_data(ByteView bitfield);

}  // namespace msh::ipfs
