#include "ipfs/car_file.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "ipfs/car.hpp"
#include "ipfs/car_writer.hpp"
#include "support/temporary_folder.hpp"
#include "unit/ipfs/memory_source.hpp"

namespace msh::ipfs {
namespace {

namespace fs = std::filesystem;

struct Block {
    Cid cid;
    Bytes bytes;
};

Block block_of(std::size_t size, unsigned seed) {
    Bytes bytes = test::random_bytes(size, seed);
    const Cid cid = Cid::of(Codec::raw, bytes);
    return {cid, std::move(bytes)};
}

class CarFileTest : public ::testing::Test {
  protected:
    fs::path write(ByteView bytes) {
        const fs::path path = folder.path() / "archive.car";
        std::ofstream(path, std::ios::binary) << as_text(bytes);
        return path;
    }
    static void put(Bytes& archive, const Cid& cid, ByteView bytes) {
        append(archive, car_section(cid, bytes.size()));
        append(archive, bytes);
    }
    msh::test::TemporaryFolder folder;
};

TEST_F(CarFileTest, FindsEachBlock) {
    std::vector<Block> blocks;
    for (unsigned i = 0; i < 300; ++i)
        blocks.push_back(block_of(i * 37, i));
    Bytes archive = car_header({&blocks.front().cid, 1});
    for (const Block& block : blocks)
        put(archive, block.cid, block.bytes);
    CarFile car(write(archive));
    EXPECT_FALSE(car.damage());
    EXPECT_EQ(car.blocks(), blocks.size());
    for (const Block& block : blocks)
        EXPECT_EQ(car.fetch(block.cid), block.bytes);
    EXPECT_FALSE(car.fetch(block_of(10, 1000).cid));
    EXPECT_FALSE(car.fetch(Cid(Codec::dag_pb, blocks[3].cid.digest())));
}

TEST_F(CarFileTest, CutOffAnywhereItHasWhatIsBeforeThat) {
    const Block first = block_of(50, 1);
    const Block second = block_of(100, 2);
    Bytes archive = car_header({});
    const std::size_t header = archive.size();
    put(archive, first.cid, first.bytes);
    const std::size_t middle = archive.size();
    put(archive, second.cid, second.bytes);
    for (std::size_t size = header; size <= archive.size(); ++size) {
        CarFile car(write(ByteView(archive).first(size)));
        EXPECT_EQ(car.fetch(first.cid).has_value(), size >= middle) << size;
        EXPECT_EQ(car.fetch(second.cid).has_value(), size == archive.size()) << size;
        const bool is_whole = size == header || size == middle || size == archive.size();
        EXPECT_EQ(car.damage(), is_whole ? std::nullopt : std::optional(std::uint64_t{size < middle ? header : middle}))
            << size;
    }
    for (std::size_t size = 0; size < header; ++size)
        EXPECT_THROW(CarFile(write(ByteView(archive).first(size))), Error) << size;
}

TEST_F(CarFileTest, OfSeveralCopiesItGivesASoundOne) {
    const Block block = block_of(500, 1);
    Bytes wrong = block.bytes;
    wrong[7] ^= 1;
    for (int sound = 0; sound < 3; ++sound) {
        Bytes archive = car_header({});
        for (int copy = 0; copy < 3; ++copy)
            put(archive, block.cid, copy == sound ? block.bytes : wrong);
        EXPECT_EQ(CarFile(write(archive)).fetch(block.cid), block.bytes);
    }
    // But not behind so many wrong ones that looking at them all, again and again, would take for ever.
    Bytes archive = car_header({});
    for (int copy = 0; copy < 100; ++copy)
        put(archive, block.cid, wrong);
    put(archive, block.cid, block.bytes);
    CarFile car(write(archive));
    EXPECT_EQ(find_block({&car}, block.cid).state, LookupResult::State::damaged);
}

TEST_F(CarFileTest, OpeningALongOneEndsWhenAllShall) {
    Bytes archive = car_header({});
    for (int i = 0; i < 70000; ++i)
        put(archive, block_of(1, 1).cid, {});
    const fs::path path = write(archive);
    EXPECT_EQ(CarFile(path).blocks(), 70000U);
    EXPECT_THROW((void)CarFile(path, [] { return true; }), Error);
}

TEST_F(CarFileTest, ABlockThatIsTooLargeIsDamaged) {
    const Block block = block_of(max_block_size + 1, 1);
    Bytes archive = car_header({});
    put(archive, block.cid, block.bytes);
    CarFile car(write(archive));
    EXPECT_EQ(find_block({&car}, block.cid).state, LookupResult::State::damaged);
}

TEST_F(CarFileTest, WhatIsNoArchiveIsRefused) {
    EXPECT_THROW(CarFile(write({})), Error);
    EXPECT_THROW(CarFile(write(as_bytes("DICOM? no, but longer than the start of an archive would have to be"))),
                 Error);
    EXPECT_THROW(CarFile(folder.path()), Error);
    EXPECT_THROW(CarFile(folder.path() / "absent"), Error);
}

TEST_F(CarFileTest, HasWhatSeveralThreadsHaveWritten) {
    std::vector<Block> blocks;
    for (unsigned i = 0; i < 400; ++i)
        blocks.push_back(block_of(i * 31, i));
    const fs::path path = folder.path() / "written.car";
    const auto writer = open_car(path);
    parallel_for(blocks.size(), 4, [&](std::size_t i) {
        writer->put(blocks[i].cid, blocks[i].bytes);
        if (i % 2 == 0) writer->add_root(blocks[i].cid);
    });
    EXPECT_FALSE(fs::exists(path));
    writer->finish([] {});
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
    CarFile car(path);
    EXPECT_FALSE(car.damage());
    EXPECT_EQ(car.blocks(), blocks.size());
    for (const Block& block : blocks)
        EXPECT_EQ(car.fetch(block.cid), block.bytes);
    EXPECT_EQ(fs::file_size(path),
              std::accumulate(blocks.begin(), blocks.end(), car_header(std::vector<Cid>(200, blocks[0].cid)).size(),
                              [](std::size_t sum, const Block& block) {
                                  return sum + car_section(block.cid, block.bytes.size()).size() + block.bytes.size();
                              }));
}

TEST_F(CarFileTest, NamesNoRootsWhereTheHeaderWouldBeTooLong) {
    const Block block = block_of(10, 1);
    for (const std::size_t more : {0, 1}) {
        const fs::path path = folder.path() / "written.car";
        const auto writer = open_car(path);
        writer->put(block.cid, block.bytes);
        for (std::size_t i = 0; i < max_car_roots + more; ++i)
            writer->add_root(block.cid);
        writer->finish([] {});
        EXPECT_EQ(CarFile(path).fetch(block.cid), block.bytes);
        EXPECT_EQ(fs::file_size(path) > 1000, more == 0);
    }
}

// The archives of the public vectors: with a list of their blocks (ipld), and without (gateway-conformance), one of
// which lacks a block.
TEST(CarVectors, EveryBlockIsFound) {
    const fs::path vectors = msh::test::vectors("car");
    if (!fs::exists(vectors)) GTEST_SKIP() << "no vectors at " << vectors;
    int passed = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(vectors)) {
        if (entry.path().extension() != ".car") continue;
        CarFile car(entry.path());
        EXPECT_FALSE(car.damage()) << entry.path();
        EXPECT_GT(car.blocks(), 0U) << entry.path();
        fs::path list = entry.path();
        list.replace_extension(".json");
        if (fs::exists(list)) {
            const auto blocks = nlohmann::json::parse(std::ifstream(list)).at("blocks");
            for (const auto& block : blocks) {
                const std::string name = block.at("cid").at("/");
                const auto cid = Cid::parse(name);
                if (!cid) continue;
                EXPECT_EQ(find_block({&car}, *cid).bytes.size(), block.at("blockLength")) << name;
            }
        }
        ++passed;
    }
    std::cout << passed << " archives passed\n";
    EXPECT_GT(passed, 0);
}

}  // namespace
}  // namespace msh::ipfs
