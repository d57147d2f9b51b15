#include "index/format.hpp"

#include <algorithm>
#include <bit>

#include "base/encoding.hpp"

namespace msh::index {
namespace {

constexpr std::string_view magic = "msh/v1/segment";

std::uint64_t tree_nodes(std::uint64_t pages) noexcept {
    std::uint64_t nodes = 0;
    for (; pages > 0; pages >>= 1)
        nodes += pages;
    return nodes;
}

}  // namespace

std::uint32_t SegmentInfo::pages() const noexcept {
    return 1 + placement.buckets + placement.lists + placement.tables;
}

std::uint64_t SegmentInfo::size() const noexcept {
    return std::uint64_t{pages()} * page_size + tree_nodes(pages()) * sizeof(Digest);
}

std::uint32_t SegmentInfo::list_page(std::uint32_t list) const noexcept {
    return 1 + placement.buckets + list;
}

std::uint32_t SegmentInfo::table_page(std::uint32_t table) const noexcept {
    return 1 + placement.buckets + placement.lists + table;
}

std::uint32_t table_pages(std::uint32_t documents) noexcept {
    return (documents + ids_a_page - 1) / ids_a_page;
}

std::uint32_t level_of(std::uint32_t documents) noexcept {
    return static_cast<std::uint32_t>(std::bit_width(documents)) - 1;
}

bool is_plausible(const SegmentInfo& info) noexcept {
    const Placement& placement = info.placement;
    return info.documents >= 1 && info.documents <= max_documents && info.level <= 63 &&
           std::has_single_bit(placement.run_limit) && placement.run_limit <= slots_a_page && placement.load >= 1 &&
           placement.load <= 100 && placement.buckets >= 2 && placement.buckets <= max_area &&
           placement.lists <= max_area && placement.tables == table_pages(info.documents);
}

Page encode_header(const SegmentInfo& info) {
    Page page{};
    std::copy(magic.begin(), magic.end(), page.begin());
    std::copy(info.id.begin(), info.id.end(), page.begin() + 16);
    std::size_t offset = 48;
    const auto put = [&](std::uint32_t value) {
        store_big_endian(value, MutableBytes(page).subspan(offset, 4));
        offset += 4;
    };
    put(page_size);
    put(slot_size);
    put(info.placement.run_limit);
    put(info.placement.load);
    put(info.documents);
    put(info.placement.buckets);
    put(info.placement.lists);
    put(info.placement.tables);
    std::copy(info.configuration.begin(), info.configuration.end(), page.begin() + 80);
    offset = 112;
    put(info.normaliser);
    return page;
}

Error damaged_segment(const SegmentId& id, std::string_view reason) {
    return {ErrorKind::input, "index segment " + to_hex(id) + " is damaged: " + std::string(reason)};
}

}  // namespace msh::index
