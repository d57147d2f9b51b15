#include "ipfs/download.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <limits>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "ipfs/file_walk.hpp"
#include "ipfs/staging.hpp"

namespace msh::ipfs {
namespace fs = std::filesystem;
namespace {

void require_room(const fs::path& folder, std::uint64_t size) {
    std::error_code error;
    const fs::space_info space = fs::space(folder, error);
    if (error || size <= space.available) return;
    throw Error(ErrorKind::input,
                "the payload has " + std::to_string(size) + " bytes, more than the free space on the disk");
}

// What a record says of it may be more than a file can have.
void set_size(int fd, std::uint64_t size) {
    if (size <= static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) {
        if (::ftruncate(fd, static_cast<off_t>(size)) == 0) return;
        if (errno != EFBIG && errno != EINVAL) throw system_error("cannot set a payload's size", errno);
    }
    throw Error(ErrorKind::input,
                "the payload has " + std::to_string(size) + " bytes, more than a file can have there");
}

std::uint64_t bytes_in(std::span<const ByteRange> ranges, std::uint64_t size) {
    std::uint64_t bytes = 0;
    for (const ByteRange& range : ranges)
        bytes += range.offset < size ? std::min(range.length, size - range.offset) : 0;
    return bytes;
}

class PlaceWriter : public WholeVisitor {
  public:
    explicit PlaceWriter(int fd) : fd_(fd) {}
    void leaf(const Cid& /*cid*/, std::uint64_t offset, ByteView bytes) override { write_at(fd_, bytes, offset); }

  private:
    int fd_;
};

class PartWriter final : public PlaceWriter {
  public:
    PartWriter(int fd, std::span<const ByteRange> ranges) : PlaceWriter(fd), ranges_(ranges) {}
    bool enter(const Subtree& subtree, std::uint64_t offset) override {
        return std::any_of(ranges_.begin(), ranges_.end(), [&](const ByteRange& range) {
            return range.length > 0 && offset < range.offset + range.length && range.offset < offset + subtree.span;
        });
    }

  private:
    std::span<const ByteRange> ranges_;
};

// Leaves that lie in the file already are not asked for again.
class Resumed final : public BlockFinder {
  public:
    // The file has `size` bytes now.
    Resumed(int fd, std::uint64_t size, BlockFinder& others) : fd_(fd), size_(size), others_(others) {}

    [[nodiscard]] LookupResult find(const WantedBlock& block) override {
        if (block.cid.codec() == Codec::raw && size_ > 0) {
            if (Bytes bytes = own(block); is_block(block.cid, bytes))
                return {LookupResult::State::found, std::move(bytes)};
        }
        return others_.find(block);
    }

    void find_all(std::span<const WantedBlock> blocks, const Use& use) override {
        std::vector<std::size_t> lacking;
        std::vector<WantedBlock> wanted;
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            if (blocks[i].offset < size_ && is_block(blocks[i].cid, own(blocks[i]))) continue;
            lacking.push_back(i);
            wanted.push_back(blocks[i]);
        }
        std::size_t used = 0;
        const auto use_own_until = [&](std::size_t end) {
            for (; used < end; ++used)
                use(used, {LookupResult::State::found, read(blocks[used])});
        };
        others_.find_all(wanted, [&](std::size_t i, const LookupResult& found) {
            use_own_until(lacking[i]);
            use(used++, found);
        });
        use_own_until(blocks.size());
    }

    [[nodiscard]] bool is_over() const override { return others_.is_over(); }

  private:
    // What cannot be read is fetched again.
    [[nodiscard]] Bytes own(const WantedBlock& block) const {
        try {
            return read(block);
        } catch (const Error&) {
            return {};
        }
    }

    [[nodiscard]] Bytes read(const WantedBlock& block) const {
        Bytes bytes(static_cast<std::size_t>(std::min<std::uint64_t>(block.size, max_block_size)));
        bytes.resize(read_at(fd_, bytes, block.offset));
        return bytes;
    }

    int fd_;
    std::uint64_t size_;
    BlockFinder& others_;
};

}  // namespace

void download(const PayloadRef& payload, const BlockSources& near, BlockFinder& finder, const Layout& layout,
              const fs::path& destination) {
    if (node_levels(layout, payload.size) == 0) {
        for (BlockSource* source : near) {
            if (source->link(payload.root, payload.size, destination)) return;
        }
    }
    require_room(destination.parent_path(), payload.size);
    const TemporaryName file = TemporaryName::beside(destination);
    const FileDescriptor fd = file.create(0600);
    PlaceWriter writer(fd.get());
    walk_file(payload.root, payload.size, finder, layout, writer);
    file.rename_to(destination);
}

void resume_download(const PayloadRef& payload, BlockFinder& finder, const Layout& layout, const fs::path& file) {
    const FileDescriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) throw system_error("cannot open an unfinished payload", errno);
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) throw system_error("cannot stat an unfinished payload", errno);
    const auto there = std::min(payload.size, static_cast<std::uint64_t>(status.st_size));
    Resumed resumed(fd.get(), there, finder);
    PlaceWriter writer(fd.get());
    try {
        require_room(file.parent_path(), payload.size - there);
        walk_file(payload.root, payload.size, resumed, layout, writer);
    } catch (...) {
        if (::fstat(fd.get(), &status) == 0 && status.st_size == 0) ::unlink(file.c_str());
        throw;
    }
    set_size(fd.get(), payload.size);
}

void download_part(const PayloadRef& payload, BlockFinder& finder, const Layout& layout,
                   std::span<const ByteRange> ranges, const fs::path& destination) {
    require_room(destination.parent_path(), bytes_in(ranges, payload.size));
    const TemporaryName file = TemporaryName::beside(destination);
    const FileDescriptor fd = file.create(0600);
    PartWriter writer(fd.get(), ranges);
    walk_file(payload.root, payload.size, finder, layout, writer);
    set_size(fd.get(), payload.size);
    file.rename_to(destination);
}

}  // namespace msh::ipfs
