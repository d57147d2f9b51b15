// Searching one segment: by its owner in one call, or in two steps of which the first needs no key but the trapdoor.
//
//     std::vector<Id> objects = search(segment, keys, terms);        // documents that have all the terms
//
//     Token token = keyword_token(field_key(field_secret(keys.epoch, field), segment.info().id), value);
//     Evaluation answer = evaluate(segment, token.k1);                     // an untrusted party can do this
//     std::vector<std::uint32_t> numbers = open_list(segment.info(), answer, token.k2);
//     std::vector<Id> objects = objects_of(segment, keys.documents, numbers);
//
// evaluate() always reads and checks both candidate pages, so that "not there" is as well proved as a list:
// `answer.pages` names the pages it read, and segment.proof() proves each against the manifest's root. What the two
// steps tell is stated in format.hpp.
//
// Throws Error, kind `input` with the segment's id, where the segment is damaged or was not made by these rules, also
// when k2 does not belong to k1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "index/keys.hpp"
#include "index/list.hpp"
#include "index/segment.hpp"

namespace msh::index {

struct SealedPart {
    std::uint32_t page = 0;
    std::uint32_t slot = slots_a_page;  // slots_a_page: the whole page
    Bytes bytes;
};

struct Evaluation {
    std::vector<std::uint32_t> pages;  // read: the two candidates, then index and list pages
    std::optional<ListShape> shape;    // nothing: no document has the keyword
    std::vector<SealedPart> parts;     // of the list, in order, each under k2
};

[[nodiscard]] Evaluation evaluate(const Segment& segment, const Key& k1);

// Ascending document numbers.
[[nodiscard]] std::vector<std::uint32_t> open_list(const SegmentInfo& info, const Evaluation& answer, const Key& k2);

// The objects of ascending document numbers, in their order.
[[nodiscard]] std::vector<Id> objects_of(const Segment& segment, const Key& documents,
                                         std::span<const std::uint32_t> numbers);

// The objects whose documents have every one of the terms (at least one, else Error of kind `usage`), in no meaningful
// order. All terms are evaluated, whatever the first ones give.
[[nodiscard]] std::vector<Id> search(const Segment& segment, const Keys& keys, std::span<const Term> terms);

}  // namespace msh::index
