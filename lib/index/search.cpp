#include "index/search.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "crypto/aead.hpp"

namespace msh::index {
namespace {

// A run, by its first slot, in one of the two candidates.
struct Found {
    std::uint32_t page;
    std::uint32_t slot;
    Page bytes;
};

ListShape shape_in(const SegmentInfo& info, const Found& found, const Locator& locator) {
    const ByteView head = ByteView(found.bytes).subspan(found.slot * slot_size + label_size, head_size);
    std::array<std::uint8_t, head_size> plain{};
    for (std::size_t i = 0; i < head_size; ++i)
        plain[i] = static_cast<std::uint8_t>(head[i] ^ locator.mask[i]);
    if (plain[1] != 0 || plain[2] != 0 || plain[3] != 0) {
        throw damaged_segment(info.id, "a list is of an unknown kind");
    }
    const auto shape = shape_of(plain[0], info.documents, info.placement.run_limit);
    if (!shape || found.slot + shape->slots > slots_a_page)
        throw damaged_segment(info.id, "a list has an invalid size class");
    return *shape;
}

Bytes open_sealed(const SegmentInfo& info, crypto::Aead& key, std::uint32_t page, std::uint32_t slot, ByteView sealed) {
    Bytes plain(std::max(sealed.size(), crypto::tag_size) - crypto::tag_size);
    if (!key.open(nonce_of(page, slot), {}, sealed, plain)) {
        throw damaged_segment(info.id, "page " + std::to_string(page) + " does not open");
    }
    return plain;
}

void append_numbers(std::vector<std::uint32_t>& to, ByteView bytes, std::size_t total) {
    for (std::size_t at = 0; at < bytes.size() && to.size() < total; at += 4) {
        to.push_back(load_big_endian<std::uint32_t>(bytes.subspan(at, 4)));
    }
}

// Follows a long list from its run to its pages.
void read_long_list(const Segment& segment, const Key& k1, const Found& found, ByteView body, Evaluation& answer) {
    const SegmentInfo& info = segment.info();
    const ListShape& shape = *answer.shape;
    const std::uint32_t area = info.list_page(0);
    const auto read_page = [&](std::uint32_t number) {
        if (number < area || number - area >= info.placement.lists) {
            throw damaged_segment(info.id, "a list names a page outside its area");
        }
        answer.pages.push_back(number);
        return segment.page(number);
    };
    crypto::Aead key(pages_key(k1).view());
    std::vector<std::uint32_t> pages;
    const Bytes named = open_sealed(info, key, found.page, found.slot, body);
    if (shape.index_pages == 0) {
        append_numbers(pages, named, shape.pages);
    } else {
        std::vector<std::uint32_t> index_pages;
        append_numbers(index_pages, named, shape.index_pages);
        for (const std::uint32_t number : index_pages) {
            append_numbers(pages, open_sealed(info, key, number, slots_a_page, read_page(number)), shape.pages);
        }
    }
    for (const std::uint32_t number : pages) {
        const Page page = read_page(number);
        answer.parts.push_back({number, slots_a_page, Bytes(page.begin(), page.end())});
    }
}

}  // namespace

Evaluation evaluate(const Segment& segment, const Key& k1) {
    const SegmentInfo& info = segment.info();
    const Locator locator = locate(k1, info.placement.buckets);
    Evaluation answer;
    std::vector<Found> found;
    for (const std::uint32_t bucket : {locator.first, locator.second}) {
        const std::uint32_t number = info.bucket_page(bucket);
        const Page page = segment.page(number);
        answer.pages.push_back(number);
        for (std::uint32_t slot = 0; slot < slots_a_page; ++slot) {
            if (std::equal(locator.label.begin(), locator.label.end(), page.begin() + slot * slot_size)) {
                found.push_back({number, slot, page});
            }
        }
    }
    if (found.empty()) return answer;
    if (found.size() > 1) throw damaged_segment(info.id, "a keyword has two lists");

    answer.shape = shape_in(info, found[0], locator);
    const std::size_t run = found[0].slot * slot_size;
    const ByteView body =
        ByteView(found[0].bytes).subspan(run + body_offset, answer.shape->slots * slot_size - body_offset);
    if (answer.shape->is_long()) {
        read_long_list(segment, k1, found[0], body, answer);
    } else {
        answer.parts.push_back({found[0].page, found[0].slot, Bytes(body.begin(), body.end())});
    }
    return answer;
}

std::vector<std::uint32_t> open_list(const SegmentInfo& info, const Evaluation& answer, const Key& k2) {
    if (!answer.shape) return {};
    crypto::Aead key(k2.view());
    Bytes coded;
    for (const SealedPart& part : answer.parts) {
        append(coded, open_sealed(info, key, part.page, part.slot, part.bytes));
    }
    auto numbers = decode_list(coded, *answer.shape, info.documents);
    if (!numbers) throw damaged_segment(info.id, "a list cannot be decoded");
    const auto count = static_cast<std::uint32_t>(numbers->size());
    if (Shapes(info.documents, info.placement.run_limit).of(count).size_class != answer.shape->size_class) {
        throw damaged_segment(info.id, "a list is not of its size class");
    }
    return *std::move(numbers);
}

std::vector<Id> objects_of(const Segment& segment, const Key& documents, std::span<const std::uint32_t> numbers) {
    const SegmentInfo& info = segment.info();
    crypto::Aead key(table_key(documents, info.id).view());
    std::vector<Id> objects;
    objects.reserve(numbers.size());
    std::uint32_t open_page = 0;  // the header: none of the table's
    Bytes ids;
    for (const std::uint32_t number : numbers) {
        if (number >= info.documents) throw damaged_segment(info.id, "a document number is out of range");
        const std::uint32_t page = info.table_page(number / ids_a_page);
        if (page != open_page) {
            ids = open_sealed(info, key, page, slots_a_page, segment.page(page));
            open_page = page;
        }
        const std::size_t at = std::size_t{number % ids_a_page} * sizeof(Id);
        Id& object = objects.emplace_back();
        std::copy_n(ids.begin() + static_cast<std::ptrdiff_t>(at), sizeof(Id), object.begin());
    }
    return objects;
}

std::vector<Id> search(const Segment& segment, const Keys& keys, std::span<const Term> terms) {
    if (terms.empty()) throw Error(ErrorKind::usage, "a query needs a term");
    std::optional<std::vector<std::uint32_t>> matching;
    for (const Term& term : terms) {
        const Key field = field_key(field_secret(keys.epoch, term.field), segment.info().id);
        const Token token = keyword_token(field, term.value);
        std::vector<std::uint32_t> numbers = open_list(segment.info(), evaluate(segment, token.k1), token.k2);
        if (matching) {
            std::vector<std::uint32_t> both;
            std::ranges::set_intersection(*matching, numbers, std::back_inserter(both));
            matching = std::move(both);
        } else {
            matching = std::move(numbers);
        }
    }
    return objects_of(segment, keys.documents, *matching);
}

}  // namespace msh::index
