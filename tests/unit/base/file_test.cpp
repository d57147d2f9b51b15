#include "base/file.hpp"

#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
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

TEST(AtomicFile, PassesOverATemporaryFileOfItsProcessId) {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "file";
    fs::path first;
    {
        const AtomicFile file(path, 0600);
        first = file.temporary();
    }
    // The names it would take next.
    const std::string name = first.string();
    const std::size_t dot = name.rfind('.', name.size() - 5);
    const unsigned count = static_cast<unsigned>(std::stoul(name.substr(dot + 1)));
    for (unsigned i = 1; i <= 3; ++i)
        std::ofstream(name.substr(0, dot + 1) + std::to_string(count + i) + ".tmp") << "left";
    write_file_atomically(path, as_bytes("whole"), 0600);
    EXPECT_EQ(as_text(*read_file(path, 100)), "whole");
    EXPECT_EQ(entries(folder.path()), 4U);
}

TEST(AtomicFile, SweepRemovesWhatTheDeadLeft) {
    const test::TemporaryFolder folder;
    const auto make = [&](const char* name) { std::ofstream(folder.path() / name) << "left"; };
    for (const char* name : {".a.dcm.12.0.tmp", ".a.dcm.12.0.tmp-wal", ".b.dcm.7.31.tmp-shm"})
        make(name);
    for (const char* name : {".a.12.0.tmp", ".a.dcm.12.tmp", "a.dcm.12.0.tmp", ".a.dcm.12.0.tmp.txt", ".dcm", "a.dcm",
                             ".12.0.tmp", ".tmp", ".a.dcm..0.tmp"})
        make(name);
    AtomicFile living(folder.path() / "c.dcm", 0600);
    std::ofstream(living.temporary().string() + "-wal") << "in use";
    AtomicFile::sweep(folder.path(), ".dcm");
    EXPECT_EQ(entries(folder.path()), 11U);
    living.commit();
    AtomicFile::sweep(folder.path(), ".dcm");
    EXPECT_EQ(entries(folder.path()), 10U);
    AtomicFile::sweep(folder.path() / "absent", ".dcm");
}

TEST(AtomicFile, NeverTakesThePlaceOfWhatIsNoFile) {
    const test::TemporaryFolder folder;
    fs::create_directory(folder.path() / "folder");
    ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
    fs::create_symlink("/dev/null", folder.path() / "link");
    for (const char* name : {"folder", "pipe", "link"}) {
        EXPECT_THROW(write_file_atomically(folder.path() / name, as_bytes("x"), 0600), Error) << name;
    }
    EXPECT_EQ(entries(folder.path()), 3U);
}

TEST(AtomicFile, FollowsALink) {
    const test::TemporaryFolder folder;
    fs::create_directory(folder.path() / "elsewhere");
    fs::create_symlink("elsewhere/file", folder.path() / "link");
    for (const char* text : {"first", "second"}) {
        write_file_atomically(folder.path() / "link", as_bytes(text), 0600);
        EXPECT_TRUE(fs::is_symlink(folder.path() / "link"));
        EXPECT_EQ(as_text(*read_file(folder.path() / "elsewhere" / "file", 100)), text);
        EXPECT_EQ(entries(folder.path() / "elsewhere"), 1U);
    }
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
