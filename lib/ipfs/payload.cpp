#include "ipfs/payload.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/payload_reading.hpp"
#include "ipfs/dag_pb.hpp"

namespace msh::ipfs {
namespace fs = std::filesystem;
namespace {

struct stat stat_payload(int fd, std::uint64_t size) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) throw system_error("cannot stat the payload", errno);
    if (!S_ISREG(status.st_mode)) throw Error(ErrorKind::input, "the payload is not a regular file");
    if (static_cast<std::uint64_t>(status.st_size) != size) {
        throw Error(ErrorKind::input,
                    "the payload has " + std::to_string(status.st_size) + " bytes, not " + std::to_string(size));
    }
    return status;
}

FileStamp stamp_of(const struct stat& status) {
    return {status.st_dev, status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

FileDescriptor open_payload(const fs::path& path) {
    // O_NONBLOCK: opening a pipe would wait for its writer.
    const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0) return FileDescriptor(fd);
    throw Error(ErrorKind::input, system_error("cannot open the payload", errno).what());
}

class Writer : public WholeVisitor {
  public:
    explicit Writer(int fd) : fd_(fd) {}
    void leaf(const Cid& /*cid*/, std::uint64_t /*offset*/, ByteView bytes) override { write_all(fd_, bytes); }

  private:
    int fd_;
};

class Copier : public WholeVisitor {
  public:
    explicit Copier(const BlockSink& sink) : sink_(sink) {}
    bool enter(const Subtree& subtree, std::uint64_t /*offset*/) override { return met_.insert(subtree); }
    void leaf(const Cid& cid, std::uint64_t /*offset*/, ByteView bytes) override { sink_(cid, bytes); }
    void node(const Cid& cid, ByteView bytes) override { sink_(cid, bytes); }

  private:
    const BlockSink& sink_;
    VisitedBlocks met_;
};

class Lister : public WholeVisitor {
  public:
    bool enter(const Subtree& subtree, std::uint64_t /*offset*/) override {
        if (!met_.insert(subtree)) return false;
        blocks.push_back(subtree.cid);
        return subtree.levels > 0;
    }
    void leaf(const Cid& /*cid*/, std::uint64_t /*offset*/, ByteView /*bytes*/) override {}

    std::vector<Cid> blocks;

  private:
    VisitedBlocks met_;
};

class Counter : public FileVisitor {
  public:
    explicit Counter(std::size_t max_blocks) : met_(max_blocks) {}
    bool enter(const Subtree& subtree, std::uint64_t /*offset*/) override { return met_.insert(subtree); }
    void node(const Cid& /*cid*/, ByteView /*bytes*/) override { ++check.whole; }
    void leaf(const Cid& /*cid*/, std::uint64_t /*offset*/, ByteView /*bytes*/) override { ++check.whole; }

    void fault(const Cid& cid, BlockProblem fault) override {
        if (!check.first_bad) check.first_bad = cid;
        switch (fault) {
            case BlockProblem::absent:
                ++check.absent;
                break;
            case BlockProblem::damaged:
                ++check.damaged;
                break;
            case BlockProblem::malformed:
                ++check.malformed;
                break;
        }
    }

    PayloadCheck check;

  private:
    VisitedBlocks met_;
};

constexpr int max_levels = 8;  // more than a file of 2^64 bytes has

void remove_below(const Cid& cid, BlockStore& store, int levels) {
    if (cid.codec() == Codec::dag_pb && levels > 0) {
        const LookupResult found = find_block({&store}, cid);
        const auto node = found.state == LookupResult::State::found ? decode_node(found.bytes) : std::nullopt;
        if (!node) return;
        for (const Link& link : node->links)
            remove_below(link.cid, store, levels - 1);
    }
    (void)store.remove(cid);
}

}  // namespace

std::optional<PayloadRef> parse_payload_ref(const std::optional<std::string>& cid, std::uint64_t size) {
    const auto root = cid ? Cid::parse(*cid) : std::nullopt;
    return root ? std::optional(PayloadRef{*root, size}) : std::nullopt;
}

void WholeVisitor::fault(const Cid& cid, BlockProblem fault) {
    switch (fault) {
        case BlockProblem::absent:
            throw Error(ErrorKind::input, "block " + cid.text() + " is in none of the sources");
        case BlockProblem::damaged:
            throw Error(ErrorKind::input, "block " + cid.text() + " is damaged in every source that has it");
        case BlockProblem::malformed:
            throw Error(ErrorKind::input, "block " + cid.text() + " does not belong to a payload of this size");
    }
}

Cid build_payload(const fs::path& path, std::uint64_t size, const Layout& layout, unsigned workers,
                  const BlockSink& sink) {
    const FileDescriptor fd = open_payload(path);
    const FileStamp before = stamp_of(stat_payload(fd.get(), size));
    FileBuilder builder(layout, sink, workers);
    // Whole leaves, which then are not copied once more.
    Bytes buffer(size < layout.leaf_size ? static_cast<std::size_t>(size) + 1
                                         : layout.leaf_size * std::max(workers, 1U));
    std::uint64_t done = 0;
    while (done <= size) {
        const std::size_t got = read_payload(fd.get(), buffer, done);
        if (got == 0) break;
        done += got;
        builder.push(ByteView(buffer).first(got));
    }
    if (done != size || stamp_of(stat_payload(fd.get(), size)) != before) {
        throw Error(ErrorKind::input, "the payload changed while it was read");
    }
    return builder.finish();
}

FileRoot compute_root(const fs::path& path, std::uint64_t size, const Layout& layout, unsigned workers) {
    const FileStamp stamp = stamp_of(stat_payload(open_payload(path).get(), size));
    return {build_payload(path, size, layout, workers, [](const Cid&, ByteView) {}), stamp};
}

std::optional<Bytes> read_unchanged(const fs::path& path, std::uint64_t size, const FileStamp& stamp) {
    const FileDescriptor fd = open_payload(path);
    if (stamp_of(stat_payload(fd.get(), size)) != stamp) return std::nullopt;
    Bytes bytes(static_cast<std::size_t>(size));
    const bool is_whole = read_payload(fd.get(), bytes, 0) == size;
    if (!is_whole || stamp_of(stat_payload(fd.get(), size)) != stamp) return std::nullopt;
    return bytes;
}

Cid store_payload(const fs::path& path, std::uint64_t size, ImportMode mode, BlockStore& store, const Layout& layout,
                  unsigned workers) {
    if (size <= layout.leaf_size) {
        const FileDescriptor fd = open_payload(path);
        (void)stat_payload(fd.get(), size);
        return mode == ImportMode::link ? store.adopt(fd.get(), path, size) : store.copy(fd.get(), size);
    }
    return build_payload(path, size, layout, workers, [&](const Cid& cid, ByteView block) { store.put(cid, block); });
}

void copy_payload(const PayloadRef& payload, BlockFinder& finder, const Layout& layout, const BlockSink& sink) {
    Copier copier(sink);
    walk_file(payload.root, payload.size, finder, layout, copier);
}

void copy_payload(const PayloadRef& payload, const BlockSources& sources, const Layout& layout, unsigned workers,
                  const BlockSink& sink, const IsOver& is_over) {
    SequentialFinder finder(sources, workers, is_over);
    copy_payload(payload, finder, layout, sink);
}

void fetch_payload(const PayloadRef& payload, const BlockSources& sources, const Layout& layout, unsigned workers,
                   int fd, const IsOver& is_over) {
    Writer writer(fd);
    walk_file(payload.root, payload.size, sources, layout, workers, writer, is_over);
}

PayloadCheck check_payload(const PayloadRef& payload, BlockFinder& finder, const Layout& layout,
                           std::size_t max_blocks) {
    Counter counter(max_blocks);
    try {
        walk_file(payload.root, payload.size, finder, layout, counter);
    } catch (const TooManyBlocks&) {
        counter.check.is_too_large = true;
    }
    return counter.check;
}

PayloadCheck check_payload(const PayloadRef& payload, const BlockSources& sources, const Layout& layout,
                           unsigned workers, const IsOver& is_over) {
    SequentialFinder finder(sources, workers, is_over);
    return check_payload(payload, finder, layout);
}

std::vector<Cid> blocks_of(const PayloadRef& payload, BlockFinder& finder, const Layout& layout) {
    Lister lister;
    walk_file(payload.root, payload.size, finder, layout, lister);
    return std::move(lister.blocks);
}

void remove_payload(const Cid& root, BlockStore& store) {
    remove_below(root, store, max_levels);
}

}  // namespace msh::ipfs
