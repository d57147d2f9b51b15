// The keys of the index, from the epoch key down to the places of one list.
//
//     field secret  = HMAC-SHA256(epoch key, field)                  may be granted: opens the field in every segment
//     field key     = HMAC-SHA256(field secret, segment id)
//     keyword key   = HMAC-SHA256(field key, value)
//     k1            = HMAC-SHA256(keyword key, "msh/v1/index/k1")    finds the pages; may be given away
//     k2            = HMAC-SHA256(keyword key, "msh/v1/index/k2")    opens them; never given to the searching party
//     pages key     = HMAC-SHA256(k1, "msh/v1/index/pages")          seals page numbers of long lists
//     locator       = HMAC-SHA256(k1, "msh/v1/index/locate")
//     table key     = HMAC-SHA256(document-table key, "msh/v1/index/documents" || 0x00 || segment id)
//
// Field and value are bytes, as the caller normalised them; labels are ASCII without a zero byte behind. The epoch key
// and the document-table key are 32 random bytes each and have no other use. A field secret with the document-table key
// is what a grant of that field hands out.
//
// The locator's 32 bytes are: label (16), a (6), b (6), mask of the head (4). With B buckets the two candidates are a
// mod B and, so that they differ, b mod (B - 1), plus one if that is not below the first.
//
// Because the segment id is part of every key, a trapdoor for one segment is noise for every other: forward privacy.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "crypto/aead.hpp"
#include "index/format.hpp"
#include "terms/term.hpp"

namespace msh::index {

using terms::Term;

struct Keys {
    Key epoch;
    Key documents;
};

// What a query of one keyword in one segment is made of: k1 is the trapdoor.
struct Token {
    Key k1;
    Key k2;
};

struct Locator {
    std::array<std::uint8_t, label_size> label{};
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    std::array<std::uint8_t, head_size> mask{};
};

[[nodiscard]] Key field_secret(const Key& epoch, std::string_view field);
[[nodiscard]] Key field_key(const Key& field_secret, const SegmentId& segment);
[[nodiscard]] Key keyword_trapdoor(const Key& field_key, std::string_view value);  // k1 alone
[[nodiscard]] Token keyword_token(const Key& field_key, std::string_view value);
[[nodiscard]] Key pages_key(const Key& k1);
[[nodiscard]] Key table_key(const Key& documents, const SegmentId& segment);

// `buckets` is at least 2.
[[nodiscard]] Locator locate(const Key& k1, std::uint32_t buckets);

[[nodiscard]] crypto::Nonce nonce_of(std::uint32_t page, std::uint32_t slot = slots_a_page);

}  // namespace msh::index
