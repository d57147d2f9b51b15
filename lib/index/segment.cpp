#include "index/segment.hpp"

#include <utility>

#include "base/error.hpp"
#include "merkle/hash.hpp"
#include "merkle/proof.hpp"

namespace msh::index {

Segment::Segment(std::unique_ptr<const PageSource> source, SegmentInfo info)
    : info_(std::move(info)), source_(std::move(source)) {
    if (!is_plausible(info_)) throw damaged_segment(info_.id, "its entry in the manifest is not valid");
    if (source_->size() != info_.size()) {
        throw damaged_segment(info_.id, "its size is not the one in the manifest");
    }
    if (page(0) != encode_header(info_)) throw damaged_segment(info_.id, "its header is not that of the manifest");
}

Page Segment::page(std::uint32_t number) const {
    if (number >= info_.pages()) throw damaged_segment(info_.id, "it refers to a page that does not exist");
    Page page;
    read(page, std::uint64_t{number} * page_size);
    if (!merkle::verify_inclusion(merkle::leaf_hash(page), number, info_.pages(), proof(number), info_.root)) {
        throw damaged_segment(info_.id, "page " + std::to_string(number) + " does not belong to the manifest's root");
    }
    return page;
}

std::vector<Digest> Segment::proof(std::uint32_t number) const {
    const std::uint64_t pages = info_.pages();
    const auto node = [&](unsigned level, std::uint64_t index) {
        std::uint64_t offset = pages * page_size + index * sizeof(Digest);
        for (unsigned below = 0; below < level; ++below)
            offset += (pages >> below) * sizeof(Digest);
        Digest hash{};
        read(hash, offset);
        return hash;
    };
    return merkle::inclusion_proof(node, number, pages);
}

void Segment::read(MutableBytes into, std::uint64_t offset) const {
    if (source_->read(into, offset) != into.size()) throw damaged_segment(info_.id, "it is truncated");
}

}  // namespace msh::index
