// What a writer leaves on the disk, file by file, at sizes where the layout changes.
#include "log/writer.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "log/reader.hpp"
#include "log/tiles.hpp"
#include "merkle/tree.hpp"
#include "support/temporary_folder.hpp"
#include "unit/log/support.hpp"

namespace msh::log {
namespace {

namespace fs = std::filesystem;

// The files a log of this size needs, and their bytes, computed from all leaves at once.
void expect_layout(const fs::path& folder, std::uint64_t size, bool and_nothing_else = true) {
    const auto leaves = test::leaves(0, size);
    const merkle::FullTree tree(test::leaf_hashes(leaves));
    std::vector<std::string> expected{"checkpoint"};
    for (unsigned level = 0; hashes_on_level(level, size) > 0; ++level) {
        const std::uint64_t hashes = hashes_on_level(level, size);
        for (std::uint64_t index = 0; index * 256 < hashes; ++index) {
            const auto width = static_cast<unsigned>(std::min<std::uint64_t>(256, hashes - index * 256));
            std::vector<Digest> tile;
            for (unsigned i = 0; i < width; ++i)
                tile.push_back(tree.node(8 * level, index * 256 + i));
            expected.push_back(tile_path(level, index, width));
            EXPECT_EQ(test::read_text(folder / expected.back()), as_text(encode_tile(tile))) << expected.back();
            if (level != 0) continue;
            expected.push_back(bundle_path(index, width));
            const auto entries = std::span(leaves).subspan(index * 256, width);
            EXPECT_EQ(test::read_text(folder / expected.back()), as_text(encode_bundle(entries))) << expected.back();
        }
    }
    std::sort(expected.begin(), expected.end());
    if (and_nothing_else) {
        EXPECT_EQ(test::files_in(folder), expected) << size;
    }

    const auto checkpoint = verify_checkpoint(test::read_text(folder / "checkpoint"), test::trust());
    ASSERT_TRUE(std::holds_alternative<SignedCheckpoint>(checkpoint));
    EXPECT_EQ(std::get<SignedCheckpoint>(checkpoint).size, size);
    EXPECT_EQ(std::get<SignedCheckpoint>(checkpoint).root, tree.root());
}

void grow(const fs::path& folder, std::uint64_t to, std::uint8_t variant = 0) {
    Writer writer(folder, test::signer());
    writer.append(test::leaves(writer.size(), to, variant));
    const SignedCheckpoint& now = writer.publish();
    EXPECT_EQ(now.size, to);
    EXPECT_EQ(now.origin, test::origin);
    EXPECT_EQ(now.note, test::read_text(folder / "checkpoint"));
}

void expect_refused(const fs::path& folder, const std::string& part_of_message,
                    const std::optional<Checkpoint>& newest_known = std::nullopt) {
    const std::string before = test::read_text(folder / "checkpoint");
    try {
        Writer writer(folder, test::signer(), newest_known);
        ADD_FAILURE() << "opened; expected: " << part_of_message;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::failed);
        EXPECT_NE(std::string(error.what()).find(part_of_message), std::string::npos) << error.what();
    }
    EXPECT_EQ(test::read_text(folder / "checkpoint"), before);
}

class WriterTest : public ::testing::Test {
  protected:
    [[nodiscard]] fs::path log() const { return folder_.path() / "deep" / "log"; }

  private:
    msh::test::TemporaryFolder folder_;
};

TEST_F(WriterTest, LaysOutALogOfAnySizeWrittenAtOnce) {
    for (const std::uint64_t size : {0U, 1U, 255U, 256U, 257U, 65536U, 70000U}) {
        const fs::path folder = log() / std::to_string(size);
        grow(folder, size);
        expect_layout(folder, size);
    }
}

TEST_F(WriterTest, ContinuesAfterEachReopening) {
    for (const std::uint64_t size : {1U, 2U, 255U, 256U, 257U, 700U, 65535U, 65536U, 65537U, 70000U}) {
        grow(log(), size);
        expect_layout(log(), size, false);
    }
    // Partial files whose full one is there are gone; those of earlier checkpoints at the present edge are kept.
    EXPECT_FALSE(fs::exists(log() / "tile/0/000.p"));
    EXPECT_FALSE(fs::exists(log() / "tile/entries/002.p"));
    EXPECT_FALSE(fs::exists(log() / "tile/1/000.p"));
    EXPECT_TRUE(fs::exists(log() / "tile/2/000.p/1"));
    EXPECT_EQ(test::files_in(log() / "tile/1/001.p").size(), 1U);
}

TEST_F(WriterTest, PublishesSeveralTimesAndOnlyWhatIsNew) {
    Writer writer(log(), test::signer());
    EXPECT_EQ(writer.size(), 0U);
    EXPECT_TRUE(writer.published().note.empty());
    writer.append(test::leaves(0, 10));
    EXPECT_EQ(writer.size(), 10U);
    EXPECT_FALSE(fs::exists(log() / "checkpoint"));
    const std::string first = writer.publish().note;
    EXPECT_EQ(writer.publish().note, first);
    for (std::uint64_t size = 10; size < 600; size += 59) {
        writer.append(test::leaves(size, size + 59));
        writer.publish();
        expect_layout(log(), size + 59, false);
    }
}

TEST_F(WriterTest, FilesAndFoldersArePublicLessTheUmask) {
    const mode_t before = ::umask(0027);
    grow(log(), 3);
    ::umask(before);
    const auto mode_of = [&](const char* name) {
        struct stat status {};
        EXPECT_EQ(::stat((log() / name).c_str(), &status), 0);
        return status.st_mode & 0777;
    };
    EXPECT_EQ(mode_of("checkpoint"), 0640U);
    EXPECT_EQ(mode_of("tile/entries/000.p/3"), 0640U);
    EXPECT_EQ(mode_of("tile/entries"), 0750U);
    EXPECT_EQ(mode_of("."), 0750U);
}

TEST_F(WriterTest, RefusesADamagedRightEdge) {
    grow(log(), 300);
    for (const char* name : {"checkpoint", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"}) {
        const std::string good = test::read_text(log() / name);
        std::string bad = good;
        bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
        test::write_text(log() / name, bad);
        expect_refused(log(), "the log's ");
        test::write_text(log() / name, good.substr(1));
        expect_refused(log(), "the log's ");
        test::write_text(log() / name, good);
    }
    fs::remove(log() / "tile/1/000.p/1");
    expect_refused(log(), "the log's tile/1/000.p/1 is missing");
}

TEST_F(WriterTest, RefusesAnotherSignersLog) {
    grow(log(), 3);
    EXPECT_THROW(Writer(log(), test::signer(2)), Error);
    EXPECT_THROW(Writer(log(), Signer("example.org/b", test::seed(1))), Error);
    EXPECT_THROW(Writer(log(), test::signer(2), Checkpoint{}), Error);
}

TEST_F(WriterTest, ForksNoLog) {
    grow(log(), 300);
    const SignedCheckpoint at_300 = Reader(log(), test::trust()).checkpoint();
    const fs::path old_copy = log().parent_path() / "copy";
    fs::copy(log(), old_copy, fs::copy_options::recursive);
    grow(log(), 700);
    const SignedCheckpoint at_700 = Reader(log(), test::trust()).checkpoint();

    expect_refused(old_copy, "older", at_700);
    expect_refused(log().parent_path() / "nowhere", "missing", at_700);
    grow(old_copy, 800, 1);
    expect_refused(old_copy, "does not match", at_700);

    EXPECT_EQ(Writer(log(), test::signer(), at_700).size(), 700U);
    EXPECT_EQ(Writer(log(), test::signer(), at_300).size(), 700U);
    EXPECT_EQ(Writer(log(), test::signer(), Checkpoint{test::origin, 0, merkle::CompactTree().root()}).size(), 700U);
}

TEST_F(WriterTest, SignsNothingAfterAFailedWrite) {
    grow(log(), 10);
    const std::string before = test::read_text(log() / "checkpoint");
    Writer writer(log(), test::signer());
    test::write_text(log() / "tile/entries/000/in the way", "");
    EXPECT_THROW(writer.append(test::leaves(10, 600)), Error);
    EXPECT_THROW(writer.publish(), Error);
    EXPECT_THROW(writer.append(test::leaves(10, 11)), Error);
    EXPECT_EQ(test::read_text(log() / "checkpoint"), before);

    fs::remove_all(log() / "tile/entries/000");
    grow(log(), 600);
    expect_layout(log(), 600);
}

}  // namespace
}  // namespace msh::log
