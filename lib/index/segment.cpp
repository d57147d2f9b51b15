#include "index/segment.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "merkle/hash.hpp"
#include "merkle/proof.hpp"

namespace msh::index {

Segment::Segment(const std::filesystem::path& path, SegmentInfo info)
    : info_(std::move(info)), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    const int open_error = errno;
    if (!fd_) throw system_error("cannot open index segment " + to_hex(info_.id), open_error);
    if (!is_plausible(info_)) throw damaged_segment(info_.id, "its entry in the manifest is not valid");
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0) throw system_error("cannot stat an index segment", errno);
    if (static_cast<std::uint64_t>(status.st_size) != info_.size()) {
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
    if (read_at(fd_.get(), into, offset) != into.size()) throw damaged_segment(info_.id, "it is truncated");
}

}  // namespace msh::index
