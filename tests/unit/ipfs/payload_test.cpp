#include "ipfs/payload.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "ipfs/download.hpp"
#include "support/temporary_folder.hpp"
#include "unit/ipfs/memory_source.hpp"

namespace msh::ipfs {
namespace {

void download_in_turn(const PayloadRef& payload, const BlockSources& sources, const Layout& layout, unsigned workers,
                      const std::filesystem::path& destination) {
    SequentialFinder finder(sources, workers);
    download(payload, sources, finder, layout, destination);
}
namespace fs = std::filesystem;
using test::MemorySource;
using test::random_bytes;

constexpr Layout small{64, 4};

class PayloadTest : public ::testing::Test {
  protected:
    [[nodiscard]] fs::path path(const std::string& name) const { return folder_.path() / name; }
    [[nodiscard]] fs::path write(const std::string& name, ByteView bytes) const {
        write_file_atomically(path(name), bytes, 0600);
        return path(name);
    }
    [[nodiscard]] Bytes fetch(const PayloadRef& payload, const BlockSources& sources, unsigned workers = 1) const {
        download_in_turn(payload, sources, small, workers, path("fetched"));
        auto bytes = read_file(path("fetched"), 1 << 24);
        fs::remove(path("fetched"));
        return bytes.value();
    }
    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
    }

    const msh::test::TemporaryFolder folder_;
};

// The error a fetch ends with, as kind and message.
std::string fault_of(const PayloadRef& payload, const BlockSources& sources) {
    const FileDescriptor null(::open("/dev/null", O_WRONLY));
    try {
        fetch_payload(payload, sources, small, 2, null.get());
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
        return error.what();
    }
    return "none";
}

TEST_F(PayloadTest, ARecordNamesAPayloadByAValidCidAndASize) {
    const Cid root = Cid::of(Codec::raw, Bytes{1});
    const auto payload = parse_payload_ref(root.text(), 5);
    ASSERT_TRUE(payload);
    EXPECT_EQ(payload->root, root);
    EXPECT_EQ(payload->size, 5U);
    EXPECT_FALSE(parse_payload_ref(std::nullopt, 5));
    EXPECT_FALSE(parse_payload_ref("bafybad", 5));
}

TEST_F(PayloadTest, GoesInAndComesOutAtEverySize) {
    BlockStore store(path("store"), BlockStore::Access::write);
    for (const unsigned size :
         {0U, 1U, 63U, 64U, 65U, 128U, 255U, 256U, 257U, 1023U, 1024U, 1025U, 4096U, 4097U, 9999U}) {
        for (const unsigned workers : {1U, 3U}) {
            const Bytes bytes = random_bytes(size, size);
            const Cid root = store_payload(write("payload", bytes), size, ImportMode::link, store, small, workers);
            MemorySource reference;
            EXPECT_EQ(root, reference.add_file(bytes, small));
            for (const auto& [cid, block] : reference.blocks)
                EXPECT_EQ(store.read(*Cid::parse(cid)), block);
            EXPECT_EQ(fetch({root, size}, {&store}, workers), bytes);
            const PayloadCheck check = check_payload({root, size}, {&store}, small, workers);
            EXPECT_TRUE(check.ok());
            EXPECT_GE(check.whole, reference.blocks.size());
        }
    }
}

TEST_F(PayloadTest, WorksInTheProfile) {
    BlockStore store(path("store"), BlockStore::Access::write);
    const Bytes bytes = random_bytes(5 * unixfs_v1_2025.leaf_size + 77, 5);
    const Cid root = store_payload(write("payload", bytes), bytes.size(), ImportMode::link, store, unixfs_v1_2025, 2);
    download_in_turn({root, bytes.size()}, {&store}, unixfs_v1_2025, 2, path("out"));
    EXPECT_EQ(read_file(path("out"), bytes.size()), bytes);
    EXPECT_EQ(check_payload({root, bytes.size()}, {&store}, unixfs_v1_2025, 2).whole, 7U);
}

TEST_F(PayloadTest, OneBlockIsLinkedBothWays) {
    BlockStore store(path("store"), BlockStore::Access::write);
    const Bytes bytes = random_bytes(50, 1);
    const fs::path payload = write("payload", bytes);
    const Cid root = store_payload(payload, 50, ImportMode::link, store, small, 1);
    download_in_turn({root, 50}, {&store}, small, 1, path("out"));
    EXPECT_EQ(fs::hard_link_count(payload), 3U);
    EXPECT_TRUE(fs::equivalent(payload, path("out")));
}

TEST_F(PayloadTest, OneBlockOfSomeoneElseIsCopied) {
    BlockStore store(path("store"), BlockStore::Access::write);
    const Bytes bytes = random_bytes(50, 1);
    const fs::path payload = write("payload", bytes);
    const Cid root = store_payload(payload, 50, ImportMode::copy, store, small, 1);
    EXPECT_EQ(store.read(root), bytes);
    EXPECT_EQ(fs::hard_link_count(payload), 1U);
    EXPECT_EQ(fs::status(payload).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(store_payload(payload, 50, ImportMode::copy, store, small, 1), root);
}

TEST_F(PayloadTest, OneBlockIsCopiedFromWhereItCannotBeLinked) {
    MemorySource source;
    const Bytes bytes = random_bytes(50, 1);
    const Cid root = source.add_file(bytes, small);
    download_in_turn({root, 50}, {&source}, small, 1, path("out"));
    EXPECT_EQ(read_file(path("out"), 100), bytes);
    EXPECT_EQ(fs::status(path("out")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(entries(), 1U);
}

TEST_F(PayloadTest, RefusesInputsThatAreNotTheFileMeant) {
    BlockStore store(path("store"), BlockStore::Access::write);
    const fs::path payload = write("payload", random_bytes(1000, 1));
    ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
    const auto kind = [&](const fs::path& file, std::uint64_t size) {
        try {
            (void)store_payload(file, size, ImportMode::link, store, small, 1);
        } catch (const Error& error) {
            EXPECT_EQ(std::string(error.what()).find(folder_.path().string()), std::string::npos);
            return error.kind();
        }
        ADD_FAILURE() << "no error";
        return ErrorKind::failed;
    };
    EXPECT_EQ(kind(payload, 999), ErrorKind::input);
    EXPECT_EQ(kind(payload, 1001), ErrorKind::input);
    EXPECT_EQ(kind(payload, 10), ErrorKind::input);
    EXPECT_EQ(kind(path("none"), 10), ErrorKind::input);
    EXPECT_EQ(kind(path("fifo"), 10), ErrorKind::input);
    EXPECT_EQ(kind(folder_.path(), 10), ErrorKind::input);
    fs::create_symlink(payload, path("link"));
    EXPECT_EQ(kind(path("link"), 1000), ErrorKind::input);
}

// A file that is touched all the time while it is read. (One attempt is nearly always enough.)
TEST_F(PayloadTest, NoticesThatTheFileChanged) {
    BlockStore store(path("store"), BlockStore::Access::write);
    const Bytes bytes = random_bytes(4000, 1);
    const fs::path payload = write("payload", bytes);
    std::atomic<bool> stop{false};
    std::thread toucher([&] {
        for (long i = 1; !stop; ++i) {
            const timespec times[2] = {{i, 0}, {i, 0}};
            ::utimensat(AT_FDCWD, payload.c_str(), times, 0);
        }
    });
    bool noticed = false;
    for (int attempt = 0; attempt < 1000 && !noticed; ++attempt) {
        try {
            (void)store_payload(payload, bytes.size(), ImportMode::link, store, small, 1);
        } catch (const Error& error) {
            noticed = error.kind() == ErrorKind::input;
        }
    }
    stop = true;
    toucher.join();
    EXPECT_TRUE(noticed);
}

TEST_F(PayloadTest, TakesFromTheNextSourceWhatOneLacksOrHasWrong) {
    const Bytes bytes = random_bytes(2000, 4);
    MemorySource first;
    MemorySource second;
    const Cid root = first.add_file(bytes, small);
    (void)second.add_file(bytes, small);
    // Of three blocks one is missing in the first source, one is damaged in it, and one is damaged in the second.
    int i = 0;
    for (auto& [cid, block] : first.blocks) {
        if (i % 3 == 0) block.back() ^= 1;
        if (i % 3 == 2) second.blocks[cid].push_back(0);
        ++i;
    }
    i = 0;
    std::erase_if(first.blocks, [&](const auto& /*block*/) { return i++ % 3 == 1; });
    for (const unsigned workers : {1U, 4U}) {
        EXPECT_EQ(fetch({root, 2000}, {&first, &second}, workers), bytes);
        EXPECT_EQ(fetch({root, 2000}, {&second, &first}, workers), bytes);
    }
    EXPECT_FALSE(check_payload({root, 2000}, {&first}, small, 1).ok());
    EXPECT_FALSE(check_payload({root, 2000}, {&second}, small, 1).ok());
    EXPECT_TRUE(check_payload({root, 2000}, {&first, &second}, small, 1).ok());
}

TEST_F(PayloadTest, TellsAbsentFromDamaged) {
    const Bytes bytes = random_bytes(600, 4);  // ten leaves under three nodes and a root
    MemorySource source;
    const PayloadRef payload{source.add_file(bytes, small), 600};
    EXPECT_EQ(check_payload(payload, {&source}, small, 2).whole, 14U);
    const auto whole = source.blocks;

    for (const auto& [name, block] : whole) {
        source.blocks.erase(name);
        const PayloadCheck absent = check_payload(payload, {&source}, small, 2);
        EXPECT_EQ(absent.absent, 1U);
        EXPECT_EQ(absent.damaged + absent.malformed, 0U);
        EXPECT_EQ(absent.first_bad, Cid::parse(name));
        EXPECT_EQ(fault_of(payload, {&source}), "block " + name + " is in none of the sources");

        for (std::size_t place : {std::size_t{0}, block.size() / 2, block.size() - 1}) {
            Bytes flipped = block;
            flipped[place] ^= 0x10;
            source.blocks[name] = flipped;
            const PayloadCheck damaged = check_payload(payload, {&source}, small, 2);
            EXPECT_EQ(damaged.damaged, 1U);
            EXPECT_EQ(damaged.absent + damaged.malformed, 0U);
            EXPECT_EQ(fault_of(payload, {&source}), "block " + name + " is damaged in every source that has it");
        }
        source.blocks[name] = Bytes(block.begin(), block.end() - 1);
        EXPECT_EQ(check_payload(payload, {&source}, small, 2).damaged, 1U);
        source.blocks = whole;
    }
    // Two sound leaves that lie under each other's names.
    const auto is_leaf = [](const auto& entry) { return Cid::parse(entry.first)->codec() == Codec::raw; };
    const auto first = std::find_if(source.blocks.begin(), source.blocks.end(), is_leaf);
    const auto second = std::find_if(std::next(first), source.blocks.end(), is_leaf);
    std::swap(first->second, second->second);
    EXPECT_EQ(check_payload(payload, {&source}, small, 1).damaged, 2U);
    EXPECT_EQ(check_payload(payload, {}, small, 1).absent, 1U);
}

class Unreachable : public BlockSource {
  public:
    [[nodiscard]] std::optional<Bytes> fetch(const Cid& /*cid*/) override {
        throw Error(ErrorKind::again, "no answer");
    }
};

TEST_F(PayloadTest, ASourceThatCannotBeAskedLeavesTheAnswerOpen) {
    MemorySource source;
    Unreachable unreachable;
    const Bytes bytes = random_bytes(600, 4);
    const PayloadRef payload{source.add_file(bytes, small), 600};
    EXPECT_EQ(fetch(payload, {&unreachable, &source}, 3), bytes);
    source.blocks.erase(source.blocks.begin());
    try {
        (void)check_payload(payload, {&unreachable, &source}, small, 2);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::again);
    }
}

TEST_F(PayloadTest, RemovesEveryBlockAndCanBeRepeated) {
    BlockStore store(path("store"), BlockStore::Access::write);
    MemorySource reference;
    const Bytes bytes = random_bytes(600, 4);
    const Cid root = reference.add_file(bytes, small);
    for (std::size_t interrupted = 0; interrupted < reference.blocks.size(); ++interrupted) {
        EXPECT_EQ(store_payload(write("payload", bytes), 600, ImportMode::link, store, small, 1), root);
        std::size_t left = interrupted;  // leaves that an earlier, interrupted removal took
        for (const auto& [name, block] : reference.blocks) {
            const Cid cid = Cid::parse(name).value();
            if (cid.codec() == Codec::raw && left > 0) left -= store.remove(cid) ? 1U : 0U;
        }
        remove_payload(root, store);
        for (const auto& [name, block] : reference.blocks)
            EXPECT_FALSE(store.has(Cid::parse(name).value()));
    }
    remove_payload(root, store);
}

TEST_F(PayloadTest, LeavesNothingAtTheDestinationOfAFailedFetch) {
    MemorySource source;
    const PayloadRef payload{source.add_file(random_bytes(600, 4), small), 600};
    source.blocks.erase(source.blocks.begin());
    EXPECT_THROW(download_in_turn(payload, {&source}, small, 1, path("out")), Error);
    EXPECT_EQ(entries(), 0U);
}

// Four levels of nodes, each with the one below it four times: 256 leaves of one block.
TEST_F(PayloadTest, ReadsWhatHangsInTheDagSeveralTimesOnce) {
    MemorySource source;
    const Bytes bytes(256 * 64, 7);
    const PayloadRef payload{source.add_file(bytes, small), bytes.size()};
    ASSERT_EQ(source.blocks.size(), 5U);
    EXPECT_EQ(fetch(payload, {&source}), bytes);
    source.fetched = 0;
    const PayloadCheck check = check_payload(payload, {&source}, small, 2);
    EXPECT_TRUE(check.ok());
    EXPECT_EQ(check.whole, 5U);
    EXPECT_EQ(source.fetched, 5U);
    // The same block is looked at again where it has to be something else.
    const Bytes shorter(256 * 64 - 64, 7);
    const PayloadRef uneven{source.add_file(shorter, small), shorter.size()};
    EXPECT_TRUE(check_payload(uneven, {&source}, small, 2).ok());
    EXPECT_FALSE(check_payload({payload.root, shorter.size()}, {&source}, small, 2).ok());
}

TEST_F(PayloadTest, ListsABlockOnceHoweverOftenItIsNamed) {
    MemorySource source;
    // Every leaf is the same, and every node of a level.
    const Bytes bytes(std::size_t{64} * 1024, 5);
    const PayloadRef payload{source.add_file(bytes, small), bytes.size()};
    const BlockSources sources{&source};
    SequentialFinder finder(sources, 1);
    EXPECT_EQ(blocks_of(payload, finder, small).size(), 6U);
    EXPECT_LE(source.fetched, 5U);
}

// Nodes of leaves that are nowhere, named again and again: 4^20 leaves for whoever walks them all.
TEST_F(PayloadTest, TakesNoMoreStepsThanThereAreLinks) {
    MemorySource source;
    std::vector<Link> nodes;
    std::uint64_t span = 0;
    const auto add = [&](const std::vector<Link>& links, std::uint64_t child_span) {
        span = 4 * child_span;
        const Node node{links, encode_file_data(std::vector<std::uint64_t>(4, child_span))};
        std::uint64_t total = encode_node(node).size();
        for (const Link& link : links)
            total += link.total_size;
        return Link{source.add(Codec::dag_pb, encode_node(node)), "", total};
    };
    for (unsigned i = 0; i < 4; ++i) {
        std::vector<Link> leaves;
        for (unsigned j = 0; j < 4; ++j)
            leaves.push_back({Cid::of(Codec::raw, random_bytes(8, 4 * i + j)), "", 64});
        nodes.push_back(add(leaves, 64));
    }
    Link root = add(nodes, span);
    for (unsigned level = 2; level < 20; ++level)
        root = add(std::vector<Link>(4, root), span);
    const PayloadRef payload{root.cid, span};
    const BlockSources sources{&source};

    const PayloadCheck check = check_payload(payload, sources, small, 2);
    EXPECT_EQ(check.absent, 16U);
    EXPECT_EQ(check.whole, source.blocks.size());
    EXPECT_EQ(source.fetched, source.blocks.size() + 16);
    SequentialFinder finder(sources, 1);
    EXPECT_EQ(blocks_of(payload, finder, small).size(), source.blocks.size() + 16);

    EXPECT_THROW(copy_payload(payload, sources, small, 1, [](const Cid&, ByteView) {}), Error);
    // Where more is met than can be remembered, nobody can tell.
    const PayloadCheck cut = check_payload(payload, finder, small, 30);
    EXPECT_TRUE(cut.is_too_large);
    EXPECT_FALSE(cut.ok());
    // And where all shall end, it ends.
    EXPECT_THROW((void)check_payload(payload, sources, small, 1, [] { return true; }), Error);
}

TEST_F(PayloadTest, CopiesEachBlockOnceChildrenFirst) {
    MemorySource source;
    const Bytes bytes(std::size_t{64} * 1024, 5);
    const PayloadRef payload{source.add_file(bytes, small), bytes.size()};
    std::vector<Cid> copied;
    copy_payload(payload, {&source}, small, 1, [&](const Cid& cid, ByteView block) {
        EXPECT_TRUE(is_block(cid, block));
        const auto node = cid.codec() == Codec::dag_pb ? decode_node(block) : std::nullopt;
        for (const Link& link : node ? node->links : std::vector<Link>{})
            EXPECT_NE(std::find(copied.begin(), copied.end(), link.cid), copied.end());
        copied.push_back(cid);
    });
    EXPECT_EQ(copied.size(), source.blocks.size());
    EXPECT_EQ(copied.back(), payload.root);
}

TEST_F(PayloadTest, RefusesWhatIsLargerThanTheDiskBeforeAnyBlock) {
    MemorySource source;
    const PayloadRef payload{source.add(Codec::dag_pb, {}), std::uint64_t{1} << 52};
    try {
        download_in_turn(payload, {&source}, small, 1, path("out"));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
    }
    EXPECT_EQ(source.fetched, 0U);
}

TEST_F(PayloadTest, AFullDiskIsNoFaultOfTheInput) {
    MemorySource source;
    const PayloadRef payload{source.add_file(random_bytes(600, 4), small), 600};
    const FileDescriptor full(::open("/dev/full", O_WRONLY));
    try {
        fetch_payload(payload, {&source}, small, 1, full.get());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::failed);
    }
}

}  // namespace
}  // namespace msh::ipfs
