#include "base/file.hpp"

#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace msh {
namespace {
namespace fs = std::filesystem;

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(AtomicFile, IsWholeOrAbsent) {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "file";
    {
        AtomicFile abandoned(path, 0600);
        write_all(abandoned.fd(), as_bytes("half"));
    }
    EXPECT_EQ(entries(folder.path()), 0U);
    write_file_atomically(path, as_bytes("whole"), 0640);
    EXPECT_EQ(as_text(*read_file(path, 100)), "whole");
    EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(AtomicFile, CommitNewGivesWay) {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "file";
    AtomicFile first(path, 0600);
    AtomicFile second(path, 0600);
    write_all(first.fd(), as_bytes("first"));
    write_all(second.fd(), as_bytes("second"));
    EXPECT_TRUE(first.commit_new());
    EXPECT_FALSE(second.commit_new());
    EXPECT_EQ(as_text(*read_file(path, 100)), "first");
    EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(ReadFile, AbsentAndTooLarge) {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "file";
    EXPECT_FALSE(read_file(path, 100));
    write_file_atomically(path, as_bytes("12345"), 0600);
    EXPECT_EQ(read_file(path, 5)->size(), 5U);
    EXPECT_THROW((void)read_file(path, 4), Error);
}

TEST(MakeFolder, ModeHoldsWhateverTheUmask) {
    const test::TemporaryFolder folder;
    const mode_t before = ::umask(0077);
    make_folder(folder.path() / "a" / "b", 0711);
    ::umask(before);
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() / "a" / "b").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0711U);
}

TEST(FileLock, ExcludesAnother) {
    const test::TemporaryFolder folder;
    {
        const FileLock held(folder.path() / "lock");
        EXPECT_FALSE(FileLock::try_lock(folder.path() / "lock"));
    }
    EXPECT_TRUE(FileLock::try_lock(folder.path() / "lock"));
}

}  // namespace
}  // namespace msh
