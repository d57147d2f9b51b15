// Copying somebody's log into a public folder: what it needs comes along, and nothing else does.
#include "log/copy.hpp"

#include <functional>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "log/reader.hpp"
#include "log/tiles.hpp"
#include "log/writer.hpp"
#include "support/temporary_folder.hpp"
#include "unit/log/support.hpp"

namespace msh::log {
namespace {

namespace fs = std::filesystem;

class CopyTest : public ::testing::Test {
  protected:
    void publish(std::uint64_t size) {
        Writer writer(from, test::signer());
        writer.append(test::leaves(writer.size(), size));
        writer.publish();
    }
    void expect_refused(const std::string& part_of_message) {
        fs::remove_all(to);
        try {
            copy_log(from, to, test::trust());
            ADD_FAILURE() << "copied; expected: " << part_of_message;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::failed);
            EXPECT_NE(std::string(error.what()).find(part_of_message), std::string::npos) << error.what();
        }
        EXPECT_FALSE(fs::exists(to / "checkpoint"));
    }

    msh::test::TemporaryFolder folder;
    fs::path from = folder.path() / "from";
    fs::path to = folder.path() / "to";
};

TEST_F(CopyTest, CopiesWhatTheCheckpointNeedsAndNothingElse) {
    for (const std::uint64_t size : {1U, 255U, 256U, 257U, 1000U, 66000U}) {
        fs::remove_all(from);  // else partial tiles of the smaller log would be there too
        publish(size);
        const auto needed = test::files_in(from);
        test::write_text(from / "secret", "no part of a log");
        test::write_text(from / "tile" / "notes", "nor this");
        fs::create_symlink("/etc/passwd", from / "passwd");
        fs::remove_all(to);
        copy_log(from, to, test::trust());
        EXPECT_EQ(test::files_in(to), needed) << size;
        for (const std::string& name : needed)
            EXPECT_EQ(test::read_text(to / name), test::read_text(from / name)) << name;
        for (const char* name : {"secret", "tile/notes", "passwd"})
            fs::remove(from / name);
        Writer(to, test::signer());
        EXPECT_TRUE(Reader(to, test::trust()).contains(size - 1, test::leaves(size - 1, size)[0]));
    }
}

TEST_F(CopyTest, AnEmptyLogAndOneThatGrowsMeanwhile) {
    {
        Writer writer(from, test::signer());
        writer.publish();
    }
    copy_log(from, to, test::trust());
    EXPECT_EQ(test::files_in(to), std::vector<std::string>{"checkpoint"});
    // The partial files of the older checkpoint are gone, and the full ones begin with what they held.
    publish(100);
    const std::string old = test::read_text(from / "checkpoint");
    publish(300);
    test::write_text(from / "checkpoint", old);
    copy_log(from, to, test::trust());
    EXPECT_EQ(Reader(to, test::trust()).size(), 100U);
    EXPECT_TRUE(fs::exists(to / tile_path(0, 0, 100)));
}

TEST_F(CopyTest, FollowsNoLink) {
    publish(600);
    const fs::path elsewhere = folder.path() / "elsewhere";
    for (const char* name : {"checkpoint", "tile", "tile/0", "tile/0/000", "tile/0/002.p", "tile/0/002.p/88",
                             "tile/entries", "tile/entries/001", "tile/1/000.p/2"}) {
        SCOPED_TRACE(name);
        fs::rename(from / name, elsewhere);
        fs::create_symlink(elsewhere, from / name);
        expect_refused("the log's ");
        fs::remove(from / name);
        fs::rename(elsewhere, from / name);
    }
    copy_log(from, to, test::trust());
    // The folder itself may be one.
    fs::create_directory_symlink(from, folder.path() / "named");
    fs::remove_all(to);
    copy_log(folder.path() / "named", to, test::trust());
    EXPECT_EQ(test::files_in(to), test::files_in(from));
}

TEST_F(CopyTest, RefusesWhatIsDamagedOrAnothers) {
    publish(600);
    for (const char* name : {"tile/0/001", "tile/0/002.p/88", "tile/entries/000", "tile/entries/002.p/88"}) {
        const std::string good = test::read_text(from / name);
        std::string bad = good;
        bad.at(70) = static_cast<char>(bad.at(70) ^ 1);
        test::write_text(from / name, bad);
        expect_refused("do not match its");
        fs::remove(from / name);
        expect_refused("is missing");
        test::write_text(from / name, good);
    }
    fs::remove_all(to);
    EXPECT_THROW(copy_log(from, to, {test::signer(2).verifier(), {}}), Error);
    EXPECT_FALSE(fs::exists(to / "checkpoint"));
}

}  // namespace
}  // namespace msh::log
