// The pages of a segment (format.hpp), made from what its builder has planned.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/aead.hpp"
#include "index/allocation.hpp"
#include "index/format.hpp"
#include "index/keys.hpp"
#include "index/keywords.hpp"
#include "index/list.hpp"
#include "index/secure_random.hpp"
#include "index/segment_writer.hpp"

namespace msh::index {

class Contents {
  public:
    // Keeps references to all of these. The info is final but for its root; field keys are in the order
    // of keywords.fields().
    Contents(const SegmentInfo& info, const Keywords& keywords, const Keywords::Lists& lists,
             const std::vector<Key>& field_keys, SecureRandom& random, SegmentWriter& writer);

    void write_header();
    // With all the pages of long lists.
    void write_buckets(const Allocation& allocation);
    // `order` gives the place in `objects` of each document number.
    void write_table(const Key& key, std::span<const Id> objects, std::span<const std::uint32_t> order);

  private:
    void write_run(std::uint32_t keyword, MutableBytes page, std::uint32_t number, std::uint32_t slot);
    [[nodiscard]] std::vector<std::uint32_t> write_list(ByteView coded, const ListShape& shape, const Token& token);
    void write_sealed(crypto::Aead& key, std::uint32_t number, ByteView plain);
    [[nodiscard]] const ListShape& shape(std::uint32_t keyword) const;
    [[nodiscard]] std::vector<std::uint32_t> take_list_pages(std::uint32_t count);

    const SegmentInfo& info_;
    const Keywords& keywords_;
    const Keywords::Lists& lists_;
    const std::vector<Key>& field_keys_;
    SecureRandom& random_;
    SegmentWriter& writer_;
    Shapes shapes_;
    std::vector<std::uint32_t> free_list_pages_;
};

}  // namespace msh::index
