#include "log/tiles.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"
#include "unit/log/support.hpp"

namespace msh::log {
namespace {

TEST(TilePath, IsThatOfTheSpecification) {
    EXPECT_EQ(tile_path(0, 0, 256), "tile/0/000");
    EXPECT_EQ(tile_path(0, 1, 44), "tile/0/001.p/44");
    EXPECT_EQ(tile_path(1, 999, 255), "tile/1/999.p/255");
    EXPECT_EQ(tile_path(0, 1000, 256), "tile/0/x001/000");
    EXPECT_EQ(tile_path(3, 1234067, 256), "tile/3/x001/x234/067");
    EXPECT_EQ(tile_path(0, 1000000, 1), "tile/0/x001/x000/000.p/1");
    EXPECT_EQ(bundle_path(0, 256), "tile/entries/000");
    EXPECT_EQ(bundle_path(1234067, 7), "tile/entries/x001/x234/067.p/7");
}

TEST(TileWidth, IsThatOfTheSpecificationsTree) {
    // "A tree of size 70,000 will be represented by 273 full level 0 tiles, ..."
    EXPECT_EQ(tile_width(0, 272, 70000), 256U);
    EXPECT_EQ(tile_width(0, 273, 70000), 112U);
    EXPECT_EQ(tile_width(0, 274, 70000), 0U);
    EXPECT_EQ(tile_width(1, 0, 70000), 256U);
    EXPECT_EQ(tile_width(1, 1, 70000), 17U);
    EXPECT_EQ(tile_width(2, 0, 70000), 1U);
    EXPECT_EQ(tile_width(3, 0, 70000), 0U);
    EXPECT_EQ(tile_width(0, 0, 256), 256U);
    EXPECT_EQ(tile_width(0, 1, 256), 0U);
    EXPECT_EQ(tile_width(1, 0, 256), 1U);
    EXPECT_EQ(tile_width(0, 0, 0), 0U);
    EXPECT_EQ(tile_width(63, 0, ~std::uint64_t{0}), 0U);
}

TEST(Encoding, IsHashesAloneOrEntriesBehindTheirLength) {
    const auto leaves = test::leaves(0, 2);
    const Bytes tile = encode_tile(leaves);
    ASSERT_EQ(tile.size(), 64U);
    EXPECT_TRUE(std::equal(leaves[1].begin(), leaves[1].end(), tile.begin() + 32));
    const Bytes bundle = encode_bundle(leaves);
    ASSERT_EQ(bundle.size(), 68U);
    for (const std::size_t at : {0U, 34U}) {
        EXPECT_EQ(bundle[at], 0);
        EXPECT_EQ(bundle[at + 1], 32);
    }
    EXPECT_TRUE(std::equal(leaves[1].begin(), leaves[1].end(), bundle.begin() + 36));
}

class Reading : public ::testing::Test {
  protected:
    void put(const std::string& name, ByteView bytes) { test::write_text(path() / name, std::string(as_text(bytes))); }
    [[nodiscard]] std::filesystem::path path() const { return folder_.path(); }
    [[nodiscard]] TileFolder tiles(ErrorKind damage = ErrorKind::input) const { return {path(), damage}; }

  private:
    msh::test::TemporaryFolder folder_;
};

TEST_F(Reading, GivesBackWhatWasEncoded) {
    const auto leaves = test::leaves(0, 44);
    put("tile/0/001.p/44", encode_tile(leaves));
    put("tile/entries/001.p/44", encode_bundle(leaves));
    EXPECT_EQ(tiles().hashes(0, 1, 44), leaves);
    EXPECT_EQ(tiles().leaves(1, 44), leaves);
}

TEST_F(Reading, TakesTheFullFileWhereThePartialOneIsGone) {
    auto leaves = test::leaves(0, 256);
    put("tile/0/001", encode_tile(leaves));
    put("tile/entries/001", encode_bundle(leaves));
    EXPECT_EQ(tiles().hashes(0, 1, 256), leaves);
    leaves.resize(44);
    EXPECT_EQ(tiles().hashes(0, 1, 44), leaves);
    EXPECT_EQ(tiles().leaves(1, 44), leaves);
}

TEST_F(Reading, NamesWhatIsMissingOrDamaged) {
    const auto expect_error = [](const TileFolder& folder, ErrorKind kind, const std::string& message) {
        try {
            (void)folder.leaves(0, 3);
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), kind);
            EXPECT_EQ(error.what(), message);
        }
    };
    expect_error(tiles(), ErrorKind::input, "the log's tile/entries/000.p/3 is missing");
    const Bytes good = encode_bundle(test::leaves(0, 3));
    std::vector<Bytes> damaged(5, good);
    damaged[0].pop_back();
    damaged[1].push_back(0);
    damaged[2].clear();
    damaged[3][1] = 31;
    damaged[4][34] = 1;
    for (const Bytes& bytes : damaged) {
        put("tile/entries/000.p/3", bytes);
        expect_error(tiles(), ErrorKind::input, "the log's tile/entries/000.p/3 is damaged");
        expect_error(tiles(ErrorKind::failed), ErrorKind::failed, "the log's tile/entries/000.p/3 is damaged");
    }
    put("tile/entries/000.p/3", good);
    EXPECT_EQ(tiles().leaves(0, 3), test::leaves(0, 3));
}

TEST_F(Reading, FindsACheckpointOrNone) {
    EXPECT_EQ(tiles().checkpoint(), std::nullopt);
    test::write_text(path() / "checkpoint", "text\n");
    EXPECT_EQ(tiles().checkpoint(), "text\n");
    EXPECT_EQ(TileFolder(path() / "nowhere", ErrorKind::input).checkpoint(), std::nullopt);
}

}  // namespace
}  // namespace msh::log
