#include "index/contents.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "crypto/random.hpp"

namespace msh::index {
namespace {

constexpr std::uint32_t empty_slot = std::numeric_limits<std::uint32_t>::max();

Bytes numbers_as_bytes(std::span<const std::uint32_t> numbers) {
    Bytes bytes(numbers.size() * 4);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        store_big_endian(numbers[i], MutableBytes(bytes).subspan(i * 4, 4));
    }
    return bytes;
}

}  // namespace

Contents::Contents(const SegmentInfo& info, const Keywords& keywords, const Keywords::Lists& lists,
                   const std::vector<Key>& field_keys, SecureRandom& random, SegmentWriter& writer)
    : info_(info),
      keywords_(keywords),
      lists_(lists),
      field_keys_(field_keys),
      random_(random),
      writer_(writer),
      shapes_(info.documents, info.placement.run_limit),
      free_list_pages_(info.placement.lists) {
    std::iota(free_list_pages_.begin(), free_list_pages_.end(), info_.list_page(0));
    random_.shuffle(std::span(free_list_pages_));
}

void Contents::write_header() {
    writer_.put(0, encode_header(info_));
}

void Contents::write_buckets(const Allocation& allocation) {
    for (std::uint32_t bucket = 0; bucket < info_.placement.buckets; ++bucket) {
        const auto keywords = allocation.bucket(bucket);
        std::vector<std::uint32_t> units(keywords.begin(), keywords.end());
        std::uint32_t used = 0;
        for (const std::uint32_t keyword : units)
            used += shape(keyword).slots;
        units.resize(units.size() + slots_a_page - used, empty_slot);
        random_.shuffle(std::span(units));

        const std::uint32_t number = info_.bucket_page(bucket);
        Page page;
        crypto::fill_random(page);
        std::uint32_t slot = 0;
        for (const std::uint32_t unit : units) {
            if (unit == empty_slot) {
                ++slot;
            } else {
                write_run(unit, page, number, slot);
                slot += shape(unit).slots;
            }
        }
        writer_.put(number, page);
    }
}

void Contents::write_run(std::uint32_t keyword, MutableBytes page, std::uint32_t number, std::uint32_t slot) {
    const ListShape& shape = this->shape(keyword);
    const Token token = keyword_token(field_keys_[keywords_.field(keyword)], keywords_.value(keyword));
    const Locator locator = locate(token.k1, info_.placement.buckets);
    const MutableBytes run = page.subspan(std::size_t{slot} * slot_size, std::size_t{shape.slots} * slot_size);
    std::ranges::copy(locator.label, run.begin());
    const MutableBytes head = run.subspan(label_size, head_size);
    std::ranges::copy(locator.mask, head.begin());
    head[0] = static_cast<std::uint8_t>(head[0] ^ shape.size_class);

    const std::uint32_t begin = lists_.starts[keyword];
    Bytes plain = encode_list(std::span(lists_.documents).subspan(begin, keywords_.count(keyword)), shape);
    if (shape.is_long()) plain = numbers_as_bytes(write_list(plain, shape, token));
    plain.resize(shape.run_room());
    crypto::Aead key(shape.is_long() ? pages_key(token.k1).view() : token.k2.view());
    key.seal(nonce_of(number, slot), {}, plain, run.subspan(body_offset));
}

// Gives the page numbers that go into the run.
std::vector<std::uint32_t> Contents::write_list(ByteView coded, const ListShape& shape, const Token& token) {
    std::vector<std::uint32_t> pages = take_list_pages(shape.pages);
    crypto::Aead list_key(token.k2.view());
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const ByteView rest = coded.subspan(i * page_room);
        write_sealed(list_key, pages[i], rest.first(std::min<std::size_t>(rest.size(), page_room)));
    }
    if (shape.index_pages == 0) return pages;
    std::vector<std::uint32_t> index_pages = take_list_pages(shape.index_pages);
    crypto::Aead index_key(pages_key(token.k1).view());
    for (std::size_t i = 0; i < index_pages.size(); ++i) {
        const auto rest = std::span(pages).subspan(i * numbers_a_page);
        const auto named = rest.first(std::min<std::size_t>(rest.size(), numbers_a_page));
        write_sealed(index_key, index_pages[i], numbers_as_bytes(named));
    }
    return index_pages;
}

void Contents::write_table(const Key& key, std::span<const Id> objects, std::span<const std::uint32_t> order) {
    crypto::Aead table_key(key.view());
    for (std::uint32_t table = 0; table < info_.placement.tables; ++table) {
        Bytes plain;
        const std::size_t end = std::min<std::size_t>(order.size(), (std::size_t{table} + 1) * ids_a_page);
        for (std::size_t i = std::size_t{table} * ids_a_page; i < end; ++i)
            append(plain, objects[order[i]]);
        write_sealed(table_key, info_.table_page(table), plain);
    }
}

void Contents::write_sealed(crypto::Aead& key, std::uint32_t number, ByteView plain) {
    Page page{};
    std::ranges::copy(plain, page.begin());
    key.seal(nonce_of(number), {}, ByteView(page).first(page_room), page);
    writer_.put(number, page);
}

const ListShape& Contents::shape(std::uint32_t keyword) const {
    return shapes_.of(keywords_.count(keyword));
}

std::vector<std::uint32_t> Contents::take_list_pages(std::uint32_t count) {
    std::vector<std::uint32_t> taken(free_list_pages_.end() - count, free_list_pages_.end());
    free_list_pages_.resize(free_list_pages_.size() - count);
    return taken;
}

}  // namespace msh::index
