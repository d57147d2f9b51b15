#include "ipfs/block_store.hpp"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "support/temporary_folder.hpp"
#include "unit/ipfs/memory_source.hpp"

namespace msh::ipfs {
namespace {
namespace fs = std::filesystem;
using test::random_bytes;
using Access = BlockStore::Access;

class BlockStoreTest : public ::testing::Test {
  protected:
    [[nodiscard]] fs::path root() const { return folder_.path() / "store"; }
    [[nodiscard]] fs::path file_of(const Cid& cid) const {
        const std::string name = cid.text();
        return root() / name.substr(56, 2) / name;
    }
    void overwrite(const Cid& cid, ByteView bytes) const {
        fs::create_directories(file_of(cid).parent_path());
        std::ofstream(file_of(cid), std::ios::binary | std::ios::trunc) << as_text(bytes);
    }
    [[nodiscard]] fs::path payload(ByteView bytes, const char* name = "payload") const {
        write_file_atomically(folder_.path() / name, bytes, 0600);
        return folder_.path() / name;
    }
    // What lies in the store besides its folders.
    [[nodiscard]] std::set<std::string> files() const {
        std::set<std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator(root())) {
            if (!entry.is_directory()) found.insert(entry.path().filename().string());
        }
        return found;
    }
    static Cid adopt(BlockStore& store, const fs::path& path, std::uint64_t size) {
        const FileDescriptor fd(::open(path.c_str(), O_RDONLY));
        return store.adopt(fd.get(), path, size);
    }
    // The folder that a block lies in becomes a link to `other`, which gets what was there.
    void link_out(const Cid& cid, const fs::path& other) const {
        const fs::path place = file_of(cid).parent_path();
        fs::create_directories(place);
        fs::rename(place, other);
        fs::create_directory_symlink(other, place);
    }
    static mode_t mode(const fs::path& path) {
        struct stat status {};
        EXPECT_EQ(::stat(path.c_str(), &status), 0);
        return status.st_mode & 07777;
    }
    static ino_t inode(const fs::path& path) {
        struct stat status {};
        EXPECT_EQ(::stat(path.c_str(), &status), 0);
        return status.st_ino;
    }

    const msh::test::TemporaryFolder folder_;
    const Bytes block_ = random_bytes(5000, 1);
    const Cid cid_ = Cid::of(Codec::raw, block_);
};

template <typename Action>
ErrorKind kind_of_error(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.kind();
    }
    ADD_FAILURE() << "no error";
    return ErrorKind::failed;
}

TEST_F(BlockStoreTest, GivesBackWhatWasPut) {
    BlockStore store(root(), Access::write);
    EXPECT_FALSE(store.has(cid_));
    EXPECT_FALSE(store.read(cid_));
    store.put(cid_, block_);
    const Cid node = Cid::of(Codec::dag_pb, block_);
    EXPECT_FALSE(store.has(node));
    store.put(node, block_);
    store.put(Cid::of(Codec::raw, {}), {});
    store.sync();
    store.sync();
    EXPECT_TRUE(store.has(cid_));
    EXPECT_EQ(store.read(cid_), block_);
    EXPECT_EQ(store.read(node), block_);
    EXPECT_EQ(store.read(Cid::of(Codec::raw, {})), Bytes{});
    EXPECT_TRUE(fs::exists(file_of(cid_)));

    EXPECT_TRUE(store.remove(cid_));
    EXPECT_FALSE(store.remove(cid_));
    EXPECT_FALSE(store.has(cid_));
}

TEST_F(BlockStoreTest, LeavesNoTemporaryFiles) {
    {
        BlockStore store(root(), Access::write);
        store.put(cid_, block_);
        store.put(cid_, block_);
        EXPECT_EQ(files().size(), 2U);  // the block and the run's lock
    }
    EXPECT_EQ(files(), std::set<std::string>{cid_.text()});
    EXPECT_TRUE(fs::is_empty(root() / ".staging"));
}

TEST_F(BlockStoreTest, ReadingNeedsAFolderAndChangesNothing) {
    EXPECT_THROW(BlockStore(root(), Access::read), Error);
    EXPECT_FALSE(fs::exists(root()));
    fs::create_directory(root());
    const BlockStore store(root(), Access::read);
    EXPECT_FALSE(store.read(cid_));
    EXPECT_TRUE(fs::is_empty(root()));
}

TEST_F(BlockStoreTest, ModesFollowTheUmask) {
    for (const auto& [mask, file_mode, folder_mode] :
         {std::tuple{0022, 0644, 0755}, {0002, 0644, 0755}, {0027, 0640, 0750}, {0077, 0600, 0700}}) {
        const mode_t before = ::umask(static_cast<mode_t>(mask));
        const Bytes other = random_bytes(100, 2);
        const fs::path path = payload(other);
        {
            BlockStore store(root(), Access::write);
            store.put(cid_, block_);
            const Cid adopted = adopt(store, path, other.size());
            EXPECT_EQ(inode(path), inode(file_of(adopted)));
            EXPECT_EQ(mode(file_of(adopted)), static_cast<mode_t>(file_mode));
        }
        ::umask(before);
        EXPECT_EQ(mode(file_of(cid_)), static_cast<mode_t>(file_mode));
        EXPECT_EQ(mode(file_of(cid_).parent_path()), static_cast<mode_t>(folder_mode));
        EXPECT_EQ(mode(root()), static_cast<mode_t>(folder_mode));
        EXPECT_EQ(mode(root() / ".staging"), 0700U);
        fs::remove_all(root());
    }
}

TEST_F(BlockStoreTest, SpreadsEvenly) {
    std::map<std::string, int> counts;
    const int blocks = 20000;
    for (int i = 0; i < blocks; ++i) {
        const std::string name = Cid::of(Codec::raw, as_bytes(std::to_string(i))).text();
        ++counts[name.substr(56, 2)];
    }
    EXPECT_EQ(counts.size(), 1024U);
    for (const auto& [letters, count] : counts)
        EXPECT_LT(count, 3 * blocks / 1024) << letters;
}

TEST_F(BlockStoreTest, LeavesASoundBlockAloneAndReplacesADamagedOne) {
    BlockStore store(root(), Access::write);
    store.put(cid_, block_);
    const ino_t first = inode(file_of(cid_));
    store.put(cid_, block_);
    EXPECT_EQ(inode(file_of(cid_)), first);

    Bytes flipped = block_;
    flipped[4000] ^= 1;
    for (const Bytes& wrong : {Bytes{}, random_bytes(4999, 1), random_bytes(5001, 1), flipped}) {
        overwrite(cid_, wrong);
        EXPECT_EQ(kind_of_error([&] { (void)store.read(cid_); }), ErrorKind::input);
        store.put(cid_, block_);
        EXPECT_EQ(store.read(cid_), block_);
        overwrite(cid_, wrong);
        (void)adopt(store, payload(block_), block_.size());
        EXPECT_EQ(store.read(cid_), block_);
    }
}

TEST_F(BlockStoreTest, NamesTheDamagedBlock) {
    BlockStore store(root(), Access::write);
    overwrite(cid_, as_bytes("something else"));
    try {
        (void)store.read(cid_);
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find(cid_.text()), std::string::npos);
    }
}

TEST_F(BlockStoreTest, WhatIsNoFileIsDamaged) {
    BlockStore store(root(), Access::write);
    fs::create_directories(file_of(cid_).parent_path());
    ASSERT_EQ(::mkfifo(file_of(cid_).c_str(), 0600), 0);
    EXPECT_FALSE(store.has(cid_));
    EXPECT_EQ(kind_of_error([&] { (void)store.fetch(cid_); }), ErrorKind::input);
    store.put(cid_, block_);
    EXPECT_EQ(store.read(cid_), block_);

    ASSERT_EQ(::truncate(file_of(cid_).c_str(), 1L << 40), 0);  // sparse
    EXPECT_EQ(kind_of_error([&] { (void)store.fetch(cid_); }), ErrorKind::input);
    EXPECT_FALSE(store.link(cid_, block_.size(), folder_.path() / "out"));
}

TEST_F(BlockStoreTest, AdoptsByLink) {
    BlockStore store(root(), Access::write);
    const fs::path path = payload(block_);
    EXPECT_EQ(adopt(store, path, block_.size()), cid_);
    EXPECT_EQ(inode(path), inode(file_of(cid_)));
    EXPECT_EQ(adopt(store, path, block_.size()), cid_);
    fs::remove(path);
    store.sync();
    EXPECT_EQ(store.read(cid_), block_);

    // There already, by another file: that one stays.
    const ino_t first = inode(file_of(cid_));
    EXPECT_EQ(adopt(store, payload(block_), block_.size()), cid_);
    EXPECT_EQ(inode(file_of(cid_)), first);
}

TEST_F(BlockStoreTest, AdoptsByCopyWhatCannotBeLinked) {
    BlockStore store(root(), Access::write);
    const fs::path path = payload(block_);
    const FileDescriptor fd(::open(path.c_str(), O_RDONLY));

    const Bytes other = random_bytes(5000, 9);
    fs::rename(payload(other, "other"), path);  // the name is another file's now
    EXPECT_EQ(store.adopt(fd.get(), path, block_.size()), cid_);
    EXPECT_NE(inode(path), inode(file_of(cid_)));
    EXPECT_EQ(store.read(cid_), block_);
    EXPECT_TRUE(store.remove(cid_));
    fs::remove(path);  // nobody's
    EXPECT_EQ(store.adopt(fd.get(), path, block_.size()), cid_);
    EXPECT_EQ(store.read(cid_), block_);
    EXPECT_TRUE(store.remove(cid_));
    fs::create_symlink("other", path);
    EXPECT_EQ(store.adopt(fd.get(), path, block_.size()), cid_);
    EXPECT_EQ(store.read(cid_), block_);
    EXPECT_FALSE(store.has(Cid::of(Codec::raw, other)));
}

TEST_F(BlockStoreTest, AdoptsNothingOfAnotherSize) {
    BlockStore store(root(), Access::write);
    const fs::path path = payload(block_);
    for (const std::uint64_t size : {0U, 4999U, 5001U}) {
        EXPECT_EQ(kind_of_error([&] { (void)adopt(store, path, size); }), ErrorKind::input);
    }
    EXPECT_EQ(files().size(), 1U);  // the run's lock
    EXPECT_EQ(mode(path), 0600U);
}

TEST_F(BlockStoreTest, LinksOutVerified) {
    BlockStore store(root(), Access::write);
    const fs::path out = folder_.path() / "out";
    EXPECT_FALSE(store.link(cid_, block_.size(), out));
    store.put(cid_, block_);
    EXPECT_TRUE(store.link(cid_, block_.size(), out));
    EXPECT_TRUE(store.link(cid_, block_.size(), out));
    EXPECT_EQ(inode(out), inode(file_of(cid_)));
    fs::remove(out);

    EXPECT_FALSE(store.link(cid_, block_.size() - 1, out));
    EXPECT_FALSE(store.link(cid_, block_.size(), folder_.path() / "no such folder" / "out"));
    Bytes flipped = block_;
    flipped[0] ^= 1;
    overwrite(cid_, flipped);
    EXPECT_FALSE(store.link(cid_, block_.size(), out));
    fs::remove(file_of(cid_));
    fs::create_symlink(payload(block_), file_of(cid_));
    EXPECT_FALSE(store.link(cid_, block_.size(), out));
    EXPECT_FALSE(fs::exists(out));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 2);
}

// Each writer puts the same blocks, by put and by adopt.
void put_many(const fs::path& root, const fs::path& payload, std::uint64_t size) {
    BlockStore store(root, Access::write);
    for (unsigned i = 0; i < 200; ++i) {
        const Bytes block = random_bytes(1000, i % 50);
        store.put(Cid::of(Codec::raw, block), block);
        if (i % 10 == 0) {
            const FileDescriptor fd(::open(payload.c_str(), O_RDONLY));
            (void)store.adopt(fd.get(), payload, size);
        }
    }
    store.sync();
}

TEST_F(BlockStoreTest, ManyProcessesAndThreadsPutTheSame) {
    const fs::path path = payload(block_);
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            try {
                put_many(root(), path, block_.size());
                ::_exit(0);
            } catch (...) {
                ::_exit(1);
            }
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        EXPECT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] { put_many(root(), path, block_.size()); });
    for (auto& thread : threads)
        thread.join();

    BlockStore store(root(), Access::read);
    EXPECT_EQ(files().size(), 51U);
    EXPECT_EQ(store.read(cid_), block_);
    for (unsigned i = 0; i < 50; ++i) {
        const Bytes block = random_bytes(1000, i);
        EXPECT_EQ(store.read(Cid::of(Codec::raw, block)), block);
    }
}

TEST_F(BlockStoreTest, OneStoreServesManyThreads) {
    BlockStore store(root(), Access::write);
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < 4; ++t) {
        threads.emplace_back([&store] {
            for (unsigned i = 0; i < 100; ++i) {
                const Bytes block = random_bytes(500, i);
                store.put(Cid::of(Codec::raw, block), block);
                EXPECT_EQ(store.read(Cid::of(Codec::raw, block)), block);
            }
            store.sync();
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(files().size(), 101U);
}

// A writer that is killed while it writes: what it left is swept by the next one, what a living one holds is not.
TEST_F(BlockStoreTest, SweepsWhatAKilledProcessLeft) {
    const auto left = [&] {
        std::size_t folders = 0;
        for (const auto& entry : fs::directory_iterator(root() / ".staging"))
            folders += entry.is_directory() ? 1U : 0U;
        return folders;
    };
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const BlockStore store(root(), Access::write);
        for (const auto& entry : fs::directory_iterator(root() / ".staging")) {
            if (entry.is_directory()) std::ofstream(entry.path() / "half") << "a block";
        }
        (void)!::write(ready[1], "x", 1);
        ::pause();
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    {
        const BlockStore living(root(), Access::write);
        EXPECT_EQ(left(), 2U);
    }
    EXPECT_EQ(left(), 1U);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    {
        const BlockStore reader(root(), Access::read);
        EXPECT_EQ(left(), 1U);
        const BlockStore writer(root(), Access::write);
        EXPECT_EQ(left(), 1U);  // its own
    }
    EXPECT_TRUE(fs::is_empty(root() / ".staging"));
    ::close(ready[0]);
    ::close(ready[1]);
}

// A file system that takes no more, by way of a limit: no block under its name, nothing left in between.
TEST_F(BlockStoreTest, AFullDiskIsAnErrorAndLeavesNothing) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        BlockStore store(root(), Access::write);
        const rlimit limit{4096, 4096};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        try {
            store.put(cid_, block_);
        } catch (const Error& error) {
            ::_exit(error.kind() == ErrorKind::failed && !store.has(cid_) && files().size() == 1 ? 0 : 2);
        }
        ::_exit(1);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST_F(BlockStoreTest, FollowsNoLinkBelowItsFolder) {
    const Bytes block = random_bytes(1000, 1);
    const Cid cid = Cid::of(Codec::raw, block);
    const fs::path other = folder_.path() / "other";
    {
        BlockStore store(root(), Access::write);
        link_out(cid, other);
        EXPECT_THROW(store.put(cid, block), Error);
        const fs::path file = payload(block);
        EXPECT_THROW((void)adopt(store, file, block.size()), Error);
        EXPECT_TRUE(fs::is_empty(other));
        // What lies there is neither read nor removed.
        write_file_atomically(other / cid.text(), block, 0600);
        EXPECT_FALSE(store.has(cid));
        EXPECT_FALSE(store.is_whole(cid));
        EXPECT_FALSE(store.link(cid, block.size(), folder_.path() / "got"));
        EXPECT_FALSE(store.remove(cid));
        store.for_each([](std::span<const Cid>) { ADD_FAILURE(); });
    }
    EXPECT_TRUE(fs::exists(other / cid.text()));
    EXPECT_FALSE(fs::exists(folder_.path() / "got"));
    // Nor is a block that is a link.
    fs::remove(file_of(cid).parent_path());
    fs::create_directories(file_of(cid).parent_path());
    fs::create_symlink(other / cid.text(), file_of(cid));
    {
        BlockStore store(root(), Access::write);
        EXPECT_FALSE(store.has(cid));
        EXPECT_THROW((void)store.read(cid), Error);
        store.put(cid, block);
        EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(file_of(cid))));
        EXPECT_TRUE(store.is_whole(cid));
    }
    // The folder itself may be named by one.
    fs::create_directory_symlink(root(), folder_.path() / "named");
    EXPECT_TRUE(BlockStore(folder_.path() / "named", Access::read).is_whole(cid));
    // Temporary files stay in the store as well.
    fs::remove_all(root() / ".staging");
    fs::create_directory_symlink(other, root() / ".staging");
    EXPECT_THROW((BlockStore(root(), Access::write)), Error);
    EXPECT_EQ(std::distance(fs::directory_iterator(other), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace msh::ipfs
