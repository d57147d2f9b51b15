#include "index/segment_writer.hpp"

#include <cerrno>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "index/folder.hpp"
#include "merkle/hash.hpp"
#include "merkle/tree.hpp"

namespace msh::index {
namespace fs = std::filesystem;
namespace {

constexpr mode_t owner_only = 0600;

}  // namespace

SegmentWriter::SegmentWriter(const fs::path& folder, const SegmentId& id, std::uint32_t pages)
    : file_(segment_path(folder, id), owner_only), leaves_(pages) {}

void SegmentWriter::put(std::uint32_t number, const Page& page) {
    write(page, std::uint64_t{number} * page_size);
    leaves_[number] = merkle::leaf_hash(page);
}

Digest SegmentWriter::finish() {
    std::uint64_t offset = std::uint64_t{leaves_.size()} * page_size;
    const merkle::FullTree tree(std::move(leaves_));
    Bytes level_bytes;
    for (unsigned level = 0; (tree.size() >> level) > 0; ++level) {
        level_bytes.clear();
        for (std::uint64_t i = 0; i < tree.size() >> level; ++i)
            append(level_bytes, tree.node(level, i));
        write(level_bytes, offset);
        offset += level_bytes.size();
    }
    file_.commit();
    return tree.root();
}

void SegmentWriter::write(ByteView bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(file_.fd(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw system_error("cannot write an index segment", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(put));
        offset += static_cast<std::uint64_t>(put);
    }
}

}  // namespace msh::index
