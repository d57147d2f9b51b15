// Whole payloads: into a store, out of any number of sources, and checked where they lie. A payload of one block is
// that block's file: it is linked, not copied, where it can be.
//
//     Cid root = store_payload(path, size, ImportMode::copy, store, unixfs_v1_2025, workers);   ...   store.sync();
//     fetch_payload({root, size}, {&own, &other}, unixfs_v1_2025, workers, fd);     // to a file: ipfs/download.hpp
//     PayloadCheck check = check_payload({root, size}, {&own}, unixfs_v1_2025, workers);
//
// A DAG that is not the one this layout gives a payload of this size is refused (ipfs/file_walk.hpp). Memory is a few
// leaves a worker and a few thousand links, whatever the size. Errors name CIDs, never paths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ipfs/block_source.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/cid.hpp"
#include "ipfs/file_walk.hpp"
#include "ipfs/unixfs.hpp"

namespace msh::ipfs {

struct PayloadRef {
    Cid root;
    std::uint64_t size;
};

// The payload that a record names by a CID and a size; nothing without a CID, or with one that msh does not use.
[[nodiscard]] std::optional<PayloadRef> parse_payload_ref(const std::optional<std::string>& cid, std::uint64_t size);

enum class ImportMode {
    link,  // the file may share its bytes and its mode with the store (BlockStore::adopt)
    copy,  // it is someone else's
};

// Stores the file at `path`, which must have `size` bytes, and gives its root; it is durable after store.sync(). The
// file stays where it is. Throws Error, kind `input`, when it cannot be opened or read, is no regular file (a symbolic
// link is none), has another size or changes while it is read.
[[nodiscard]] Cid store_payload(const std::filesystem::path& path, std::uint64_t size, ImportMode mode,
                                BlockStore& store, const Layout& layout, unsigned workers);

// The same, but its blocks go to `sink`, by several threads at once where there are several workers.
[[nodiscard]] Cid build_payload(const std::filesystem::path& path, std::uint64_t size, const Layout& layout,
                                unsigned workers, const BlockSink& sink);

// What a file looked like when it was read: one that looks the same was not written to since.
struct FileStamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t seconds = 0;  // of the last change
    std::int64_t nanoseconds = 0;
    bool operator==(const FileStamp&) const = default;
};

// Only its root: nothing is stored.
struct FileRoot {
    Cid root;
    FileStamp stamp;
};
[[nodiscard]] FileRoot compute_root(const std::filesystem::path& path, std::uint64_t size, const Layout& layout,
                                    unsigned workers);
// The bytes of a payload that was named, which are not hashed again; nothing where the file does not look the same any
// more. For payloads of one block.
[[nodiscard]] std::optional<Bytes> read_unchanged(const std::filesystem::path& path, std::uint64_t size,
                                                  const FileStamp& stamp);

// From sources to `sink`, each block verified, children before their node, and each once, however often it hangs in the
// DAG. Throws Error, kind `input`, when a block is absent or damaged in all sources or the DAG is malformed or too
// large (VisitedBlocks); the sink has got some blocks then.
void copy_payload(const PayloadRef& payload, BlockFinder& finder, const Layout& layout, const BlockSink& sink);
void copy_payload(const PayloadRef& payload, const BlockSources& sources, const Layout& layout, unsigned workers,
                  const BlockSink& sink, const IsOver& is_over = {});

// Of a payload that is wanted whole: any fault ends the walk, with an Error of kind `input`.
class WholeVisitor : public FileVisitor {
  public:
    void fault(const Cid& cid, BlockProblem fault) override;
};

// Writes the payload to `fd` in order, every block verified before a byte of it is used. Throws Error, kind `input`,
// when a block is absent or damaged in all sources or the DAG is malformed; what was written until then is the
// payload's beginning.
void fetch_payload(const PayloadRef& payload, const BlockSources& sources, const Layout& layout, unsigned workers,
                   int fd, const IsOver& is_over = {});

// What became of a payload's blocks. Below a bad node nothing can be known, so the counts of a payload that is not
// whole are lower bounds.
struct PayloadCheck {
    std::uint64_t whole = 0;
    std::uint64_t absent = 0;
    std::uint64_t damaged = 0;
    std::uint64_t malformed = 0;
    bool is_too_large = false;  // it has more blocks than are checked
    std::optional<Cid> first_bad;
    [[nodiscard]] bool ok() const noexcept { return !first_bad && !is_too_large; }
};

// Reads and verifies every block, writes nothing. What hangs in the DAG several times is read, and counted, once.
[[nodiscard]] PayloadCheck check_payload(const PayloadRef& payload, BlockFinder& finder, const Layout& layout,
                                         std::size_t max_blocks = VisitedBlocks::most);
[[nodiscard]] PayloadCheck check_payload(const PayloadRef& payload, const BlockSources& sources, const Layout& layout,
                                         unsigned workers, const IsOver& is_over = {});

// The blocks that a payload is made of, each node before what is below it; its leaves are not fetched. What hangs in
// the DAG several times is listed once. Throws Error, kind `input`, when a node is absent or damaged in all sources or
// the DAG is malformed or too large.
[[nodiscard]] std::vector<Cid> blocks_of(const PayloadRef& payload, BlockFinder& finder, const Layout& layout);

// Removes every block of a payload that nobody needs any more; children before their node, so that a removal that was
// interrupted can be repeated. Blocks that are not there, or damaged, are passed over with what lies below.
void remove_payload(const Cid& root, BlockStore& store);

}  // namespace msh::ipfs
