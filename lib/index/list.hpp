// How a list of document numbers is coded, before it is sealed: Golomb-Rice coded gaps (Golomb 1966, Rice 1979),
// because their longest result is known from the count alone. So the coded size says no more than the size class, and
// even a list of all documents takes at most three bits a document.
//
//     size class   c, padded to 2^c numbers; format.hpp says which class a list has
//     parameter    k = floor(log2(documents / 2^c)), 0 where 2^c > documents
//     coded size   S(c) = ceil((2^c (k + 1) + floor(documents / 2^k)) / 8) bytes
//     gaps         the first number plus one, then each number minus the one before: all at least 1
//     a gap g      floor(g / 2^k) one bits, a zero bit, then g mod 2^k in k bits; most significant bit first
//
// The rest is zero bits. A list shorter than 2^c is ended by them: k + 1 zero bits are the gap 0, which no list has,
// and they always fit. A reader refuses what a writer would not have written: an empty list, numbers out of range, a
// one bit behind the end, a count that calls for another class.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "index/format.hpp"

namespace msh::index {

// Where and how lists of one size class lie in a segment (format.hpp).
struct ListShape {
    unsigned size_class = 0;
    unsigned rice = 0;
    std::uint32_t bytes = 0;        // S(c)
    std::uint32_t slots = 1;        // of the run in a bucket
    std::uint32_t pages = 0;        // 0: the list is in the run
    std::uint32_t index_pages = 0;  // 0: the run names the pages itself

    [[nodiscard]] bool is_long() const noexcept { return pages != 0; }
    // What is sealed in the run: the list, or page numbers.
    [[nodiscard]] std::uint32_t run_room() const noexcept { return slots * slot_size - body_offset - 16; }
};

// Nothing when no list can have this class. `documents` is 1 to max_documents.
[[nodiscard]] std::optional<ListShape> shape_of(unsigned size_class, std::uint32_t documents,
                                                std::uint32_t run_limit) noexcept;

// The shapes of a segment's lists by their count.
class Shapes {
  public:
    Shapes(std::uint32_t documents, std::uint32_t run_limit);
    [[nodiscard]] const ListShape& of(std::uint32_t count) const;  // 1 to `documents`

  private:
    std::vector<ListShape> by_least_class_;
};

// `numbers` ascend, are below `documents`, and as many as the shape has room for. Gives shape.bytes bytes.
[[nodiscard]] Bytes encode_list(std::span<const std::uint32_t> numbers, const ListShape& shape);

// Reads the first shape.bytes bytes; nothing when they are no such list.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> decode_list(ByteView coded, const ListShape& shape,
                                                                    std::uint32_t documents);

}  // namespace msh::index
