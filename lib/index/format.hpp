// The segment: one immutable file of the encrypted index, format 1. Written by SegmentBuilder (builder.hpp), read by
// Segment (segment.hpp). Together with keys.hpp and list.hpp, this comment defines the whole format (msh-index(5) is
// the same text for users); nothing else is needed to write another reader. After SDa (Demertzis, Chamani,
// Papadopoulos, Papamanthou: "Dynamic Searchable Encryption with Small Client Storage", NDSS 2020): a few static
// indexes, each under keys of its own, instead of one that changes. Inside, two-choice allocation, largest lists first
// (Asharov, Naor, Segev, Shahaf: "Searchable Symmetric Encryption: Optimal Locality in Linear Space via Two-Dimensional
// Balanced Allocations", STOC 2016).
//
// A segment holds documents, numbered 0 to documents - 1 at random, and for each keyword (a field's name and a value)
// the ascending list of the numbers of the documents that have it. Integers are unsigned and big-endian; sealing is
// ChaCha20-Poly1305 (RFC 8439) without associated data, the 16-byte tag behind the ciphertext.
//
// File      pages of 4096 bytes, numbered from 0, then the hash tree:
//
//     page 0        header
//     B pages       buckets: 64 slots of 64 bytes each                          B >= 2
//     L pages       lists that do not fit into a bucket, and their index pages
//     T pages       document table                                              T = ceil(documents / 255)
//     hash tree     of the N pages so far: for level 0, 1, ... while N >> level > 0 the N >> level hashes of the
//                   complete subtrees of 2^level pages, left to right, 32 bytes each
//
// The tree is RFC 9162's over the pages (leaf data = a page's 4096 bytes). Its root stands in the manifest, so a page
// is proved by about log2 N hashes read from the file, and opening a segment reads one page.
//
// Header    offset  size
//                0    16   "msh/v1/segment", two zero bytes
//               16    32   segment id: random, new at every attempt to build
//               48     4   page size, 4096
//               52     4   slot size, 64
//               56     4   run limit R: the most slots a list may take in a bucket; a power of two up to 64
//               60     4   load: percent of the buckets' slots the builder meant to fill; readers need it not
//               64     4   documents, 1 to 2^26
//               68     4   B
//               72     4   L
//               76     4   T
//               80    32   hash of the indexing configuration
//              112     4   version of the normaliser
//              116         zero
//
// Bucket    Each keyword has one list and two candidate buckets (keys.hpp); the list lies in one of them, in a run of
// 1, 2, 4, ... R neighbouring slots, at a random place. Everything else in a bucket is random bytes. The run:
//
//     0    16   label (keys.hpp); no two keywords have the same
//     16    4   head, XORed with the mask (keys.hpp): size class, kind (0), 0, 0
//     20        body, to the end of the run
//
// Size class c means: padded to 2^c numbers. Class and published parameters alone give the list's coded size S(c), its
// Rice parameter (list.hpp) and the room it takes; a list has the largest class that takes no more room than the
// smallest class that holds it, so that of its length only the room shows:
//
//     run of s slots, s the smallest power of two with 20 + S(c) + 16 <= 64 s, if s <= R:
//         body = sealed under k2, nonce (page, first slot): the coded list, zeros
//     else one slot and p = ceil(S(c) / 4080) pages of the list area, at random places, if p <= 7:
//         body = sealed under the pages key, nonce (page, slot): 7 page numbers of 4 bytes, unused ones zero
//     else the same body names i = ceil(p / 1020) index pages of the list area, and
//         index page = sealed under the pages key, nonce (page, 64): 1020 page numbers, unused ones zero
//     list page = sealed under k2, nonce (page, 64): 4080 bytes of the coded list, zeros
//
// List-area pages that no list needs do not exist. Kinds other than 0 are refused; they leave room for other codings.
//
// Table     page t of the table = sealed under the table key, nonce (page, 64): the object ids of the documents 255 t
// to 255 t + 254, 16 bytes each, zeros behind the last.
//
// A nonce is: page number (4 bytes), slot number or 64 (4), zero (4). Every key lives for one segment id, so a nonce is
// never used twice under one key.
//
// Overflow  Where both candidates of a list are too full, the builder starts again: new id, so new keys, and
// more buckets.
//
// What the file tells whoever holds it: the numbers above, so about how many keywords there are (the buckets), how much
// the long lists take together, how many documents; and by B, seldom, that an attempt overflowed. Nothing of fields,
// values, single lists, or whether two segments have a keyword or a document in common.
//
// What a query (k1) tells besides: the two candidates and which of them has the list (hence a little about how full the
// others are), the size class or that there is none, the run or list pages, and that the same keyword was asked before.
// Whoever then reads single pages of the table shows which pages. k1 says nothing about another segment.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace msh::index {

inline constexpr std::uint32_t page_size = 4096;
inline constexpr std::uint32_t slot_size = 64;
inline constexpr std::uint32_t slots_a_page = page_size / slot_size;
inline constexpr std::uint32_t page_room = page_size - 16;  // what fits into a page that is sealed as a whole
inline constexpr std::uint32_t ids_a_page = page_room / sizeof(Id);
inline constexpr std::uint32_t numbers_a_page = page_room / 4;
inline constexpr std::uint32_t label_size = 16;
inline constexpr std::uint32_t head_size = 4;
inline constexpr std::uint32_t body_offset = label_size + head_size;
inline constexpr std::uint32_t numbers_a_slot = (slot_size - body_offset - 16) / 4;
inline constexpr std::uint32_t max_documents = 1U << 26;
inline constexpr std::uint32_t max_area = 1U << 29;  // pages of each kind; keeps every sum below 2^32

using Page = std::array<std::uint8_t, page_size>;
using SegmentId = std::array<std::uint8_t, 32>;

struct Placement {
    std::uint32_t run_limit = 16;
    std::uint32_t load = 80;
    std::uint32_t buckets = 2;
    std::uint32_t lists = 0;
    std::uint32_t tables = 1;
    bool operator==(const Placement&) const = default;
};

// What the manifest says of a segment. The level is where it stands in SDa's row of rising sizes: a fresh build's is
// floor(log2(documents)). The CID is the caller's: empty until the file is stored somewhere.
struct SegmentInfo {
    SegmentId id{};
    std::uint32_t level = 0;
    std::uint32_t documents = 0;
    Placement placement;
    Digest root{};
    std::string cid;
    Digest configuration{};
    std::uint32_t normaliser = 0;
    bool operator==(const SegmentInfo&) const = default;

    [[nodiscard]] std::uint32_t pages() const noexcept;
    [[nodiscard]] std::uint64_t size() const noexcept;  // of the file
    [[nodiscard]] std::uint32_t bucket_page(std::uint32_t bucket) const noexcept { return 1 + bucket; }
    [[nodiscard]] std::uint32_t list_page(std::uint32_t list) const noexcept;
    [[nodiscard]] std::uint32_t table_page(std::uint32_t table) const noexcept;
};

[[nodiscard]] std::uint32_t table_pages(std::uint32_t documents) noexcept;
[[nodiscard]] std::uint32_t level_of(std::uint32_t documents) noexcept;

// Whether the numbers are within the format's limits and agree with one another, so that nothing computed from
// them overflows.
[[nodiscard]] bool is_plausible(const SegmentInfo& info) noexcept;

[[nodiscard]] Page encode_header(const SegmentInfo& info);

// An Error of kind `input` that names the segment.
[[nodiscard]] Error damaged_segment(const SegmentId& id, std::string_view reason);

}  // namespace msh::index
