// CAR archives: a sequence of blocks, each preceded by its CID. Used for imports into nodes, gateway responses, and
// files that transport payloads without a network.
//
//     write(car_header({root}));                       // then, for every block
//     write(car_section(cid, block.size())); write(block);
//
// Read from the front, a header or a section's head at a time; both give nothing where there is none, or not all of it.
// An archive may hold blocks under names that msh does not use (another codec, another hash): such a section has no
// CID, and is passed over. A version 0 CID names the same block as the version 1 CID with codec dag-pb, and is read as
// that. Nothing here looks at a block.
//
// Source: the CARv1 and CARv2 specifications (ipld.io).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "ipfs/cid.hpp"

namespace msh::ipfs {

// No header is longer; node software refuses more.
inline constexpr std::size_t max_car_header = std::size_t{32} << 20;
inline constexpr std::size_t car_root_size = Cid::binary_size + 5;  // behind a tag, a length and a zero
inline constexpr std::size_t max_car_roots = max_car_header / car_root_size - 1;

// Of a version 1 archive. Roots are what whoever reads it shall keep; without any it names the empty identity CID,
// which stands for "not known yet", since an archive must have a root.
[[nodiscard]] Bytes car_header(std::span<const Cid> roots);
// Of one that shall really have none. Not every program reads that; nodes do.
[[nodiscard]] Bytes car_header_without_roots();
// The same of roots (max_car_roots at most) that are not all in memory: the header goes to `sink` in parts.
void write_car_header(std::size_t roots, const std::function<Cid(std::size_t)>& root,
                      const std::function<void(ByteView)>& sink);
// What stands before a block.
[[nodiscard]] Bytes car_section(const Cid& cid, std::size_t block_size);

// As many bytes as tell what an archive is, and where its blocks lie.
inline constexpr std::size_t car_start_size = 11 + 40;

// Where the version 1 archive lies in a file, which is all of it or the data of a version 2 archive. `size` is that of
// the file, `start` its first car_start_size bytes, or all where there are fewer.
struct CarPlace {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};
[[nodiscard]] std::optional<CarPlace> find_car(ByteView start, std::uint64_t size);

// The size of a version 1 header, its length included. `start` is the archive's beginning, as above.
[[nodiscard]] std::optional<std::uint64_t> car_header_size(ByteView start);

// How a version 1 header ends, and of how many bytes that is.
inline constexpr std::size_t car_header_end_size = 9;
[[nodiscard]] bool is_car_header_end(ByteView end);

struct CarSection {
    std::uint64_t head = 0;   // bytes before the block
    std::optional<Cid> cid;   // nothing for a name that msh does not use
    std::uint64_t block = 0;  // bytes of the block
};
inline constexpr std::size_t max_section_head = 256;
// `start` is where a section begins: max_section_head bytes, or all that are left.
[[nodiscard]] std::optional<CarSection> read_car_section(ByteView start);

}  // namespace msh::ipfs
