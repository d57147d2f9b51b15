#include "base/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/temporary_file.hpp"
#include "support/temporary_folder.hpp"

namespace msh {
namespace {
namespace fs = std::filesystem;

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

}  // namespace
}  // namespace msh
