#include "base/temporary_file.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
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

TEST(TemporaryName, IsRemovedUnlessItWasRenamed) {
    const test::TemporaryFolder folder;
    const fs::path destination = folder.path() / "file";
    for (const bool is_finished : {false, true}) {
        const TemporaryName file = TemporaryName::beside(destination);
        EXPECT_EQ(file.path().parent_path(), folder.path());
        write_all(file.create(0600).get(), as_bytes("text"));
        if (is_finished) file.rename_to(destination);
        EXPECT_EQ(entries(folder.path()), 1U);
    }
    EXPECT_EQ(as_text(*read_file(destination, 100)), "text");
    EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(TemporaryName, FollowsNoLinkAndReplacesNothing) {
    const test::TemporaryFolder folder;
    const TemporaryName file(folder.path() / "taken");
    fs::create_symlink("elsewhere", file.path());
    EXPECT_THROW((void)file.create(0600), Error);
    EXPECT_FALSE(fs::exists(folder.path() / "elsewhere"));
}

// A folder of a run that was killed, with this file in it.
fs::path killed_run(const fs::path& parent, const std::string& name) {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const LockedFolder run(parent);
        std::ofstream(run.path() / name) << "left";
        const std::string path = run.path();
        (void)!::write(pipe[1], path.data(), path.size());
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    std::string path(4096, '\0');
    path.resize(static_cast<std::size_t>(::read(pipe[0], path.data(), path.size())));
    ::close(pipe[0]);
    ::close(pipe[1]);
    return path;
}

LockedFolder::Keep keep_nothing(const fs::path& /*folder*/) {
    return [](const fs::path&) { return false; };
}

TEST(LockedFolder, GoesAwayWhenNothingIsLeftInIt) {
    const test::TemporaryFolder parent;
    fs::path left;
    {
        const LockedFolder empty(parent.path());
        const LockedFolder full(parent.path());
        std::ofstream(full.path() / "file") << "text";
        left = full.path();
        EXPECT_EQ(entries(parent.path()), 2U);
    }
    EXPECT_EQ(entries(parent.path()), 1U);
    EXPECT_TRUE(fs::exists(left / "file"));
}

TEST(LockedFolder, SweepRemovesWhatAKilledRunLeft) {
    const test::TemporaryFolder parent;
    const LockedFolder living(parent.path());
    std::ofstream(living.path() / "file") << "text";
    const fs::path killed = killed_run(parent.path(), "file");
    ASSERT_TRUE(fs::exists(killed / "file"));
    LockedFolder::sweep(parent.path(), keep_nothing);
    EXPECT_FALSE(fs::exists(killed));
    EXPECT_TRUE(fs::exists(living.path() / "file"));
    fs::remove(living.path() / "file");
}

TEST(LockedFolder, SweepKeepsWhatTheRuleSays) {
    const test::TemporaryFolder parent;
    const fs::path killed = killed_run(parent.path(), "promised");
    std::ofstream(killed / "other") << "left";
    std::vector<fs::path> asked;
    LockedFolder::sweep(parent.path(), [&](const fs::path& folder) -> LockedFolder::Keep {
        asked.push_back(folder);
        return [](const fs::path& file) { return file.filename() == "promised"; };
    });
    EXPECT_EQ(asked, std::vector<fs::path>{killed});
    EXPECT_TRUE(fs::exists(killed / "promised"));
    EXPECT_FALSE(fs::exists(killed / "other"));
}

TEST(LockedFolder, SweepRemovesOnlyAnEmptyFolderWithoutALock) {
    const test::TemporaryFolder parent;
    const fs::path empty = parent.path() / "00112233445566778899aabbccddeeff";
    const fs::path full = parent.path() / "ffeeddccbbaa99887766554433221100";
    fs::create_directory(empty);
    fs::create_directory(full);
    std::ofstream(full / "file") << "text";
    LockedFolder::sweep(parent.path(), keep_nothing);
    EXPECT_FALSE(fs::exists(empty));
    EXPECT_TRUE(fs::exists(full / "file"));
}

TEST(LockedFolder, OneProcessAloneTakesOverADeadRun) {
    const test::TemporaryFolder parent;
    const LockedFolder living(parent.path());
    const fs::path killed = killed_run(parent.path(), "file");
    EXPECT_FALSE(LockedFolder::take_over(living.path()));
    const auto lock = LockedFolder::take_over(killed);
    EXPECT_TRUE(lock);
    EXPECT_FALSE(LockedFolder::take_over(killed));
    LockedFolder::sweep(parent.path(), keep_nothing);
    EXPECT_TRUE(fs::exists(killed / "file"));
    EXPECT_FALSE(LockedFolder::take_over(parent.path() / "absent"));
}

}  // namespace
}  // namespace msh
