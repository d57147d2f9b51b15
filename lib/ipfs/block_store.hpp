// Blocks in a folder, one file a block, named by its CID:
//
//     store/ZY/bafkrei...ZYX        ZY: the two letters before the last one
//
// A CID's first letters are the same in all, and its last one holds three bits only; the two before it hold ten bits of
// the hash, so the 1024 folders fill evenly (a million blocks are a thousand files a folder). Only for_each() lists
// folders. Files and folders follow the umask from 0644 and 0755, so that a web server can serve them.
//
//     BlockStore store(folder, BlockStore::Access::write);
//     store.put(cid, bytes);   ...      // any number of blocks, from any number of threads
//     store.sync();                     // now all of them are durable, and may be promised
//
// The folder itself may be named by a symbolic link. Below it none is followed, neither of a folder ZY nor of a block:
// whoever may write there could have blocks written to, read from or removed in other places.
//
// A block appears whole or not at all: it is written to a temporary file, then renamed. One that is there already is
// read and left alone; one that is there but damaged is replaced. Any number of processes may write to one store. What
// a killed process leaves lies under store/.staging, and the next process that opens the store for writing removes it.
// A writer holds a shared lock (flock) on the folder, so that garbage collection
// can make sure that no writer is about to need a block. Must not be used across fork().
//
// Throws Error, kind `failed`, for file system errors, and `input` as stated below. Messages name CIDs.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/cid.hpp"
#include "ipfs/staging.hpp"

namespace msh::ipfs {

// "ZY/CID", relative to the folder.
[[nodiscard]] std::string block_path(const Cid& cid);

class BlockStore : public BlockSource {
  public:
    enum class Access {
        read,   // the folder must be there, and nothing in it is changed
        write,  // the folder is made when missing
    };
    BlockStore(std::filesystem::path folder, Access access);

    // True when there is a file for the block; says nothing of what is in it.
    [[nodiscard]] bool has(const Cid& cid) const;
    // The block, verified; nothing when it is absent. Throws Error, kind `input`, when it is damaged.
    [[nodiscard]] std::optional<Bytes> read(const Cid& cid) const;

    // The bytes of its file; nothing when there is none.
    [[nodiscard]] std::optional<std::uint64_t> size(const Cid& cid) const;
    // Whether the file is there and holds the block.
    [[nodiscard]] bool is_whole(const Cid& cid) const;
    // Calls with the blocks of one folder after the other, in no order. What is no block is passed over.
    void for_each(const std::function<void(std::span<const Cid>)>& call) const;
    // Makes this the only writer until it ends; false when there is another one.
    [[nodiscard]] bool write_alone();

    // `cid` must be the block's, and the block no larger than max_block_size.
    void put(const Cid& cid, ByteView block);

    // Takes in a whole file of `size` bytes, at most max_block_size, as one raw block: by a hard link where that can be
    // done, else by a copy. A linked file shares its bytes and its mode with the store from then on: nobody may write
    // to it any more, and everybody may read it. The bytes are read from `fd`; `path` is linked only where it is that
    // same file and this user's own. Throws Error, kind `input`, when the file has another size or changes meanwhile.
    [[nodiscard]] Cid adopt(int fd, const std::filesystem::path& path, std::uint64_t size);
    // The same by a copy in any case: nothing becomes of the file.
    [[nodiscard]] Cid copy(int fd, std::uint64_t size);

    // False when it was not there.
    bool remove(const Cid& cid);

    // Makes durable all that was put, adopted and removed since the last sync, what was there already included. Costs
    // nothing when that is nothing.
    void sync();

    [[nodiscard]] std::optional<Bytes> fetch(const Cid& cid) override;
    // Links only files of this user's own: others could still change theirs.
    [[nodiscard]] bool link(const Cid& cid, std::uint64_t size, const std::filesystem::path& destination) override;

  private:
    // The folder of a block (O_PATH); errno tells why there is none.
    [[nodiscard]] FileDescriptor folder_of(const Cid& cid) const;
    [[nodiscard]] std::optional<Bytes> load(const Cid& cid) const;
    void put_copy(int fd, std::uint64_t size, const Cid& cid);
    // Gives a finished file the block's name.
    void publish(const TemporaryName& file, const Cid& cid);

    std::filesystem::path folder_;
    // Of a store opened for writing.
    FileDescriptor writing_;  // locked
    std::unique_ptr<Staging> staging_;
    std::optional<FileSystemSync> disk_;
    std::atomic<bool> unsynced_{false};
};

}  // namespace msh::ipfs
