#include "base/private_file.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "support/temporary_folder.hpp"

namespace msh {
namespace {

class PrivateFile : public ::testing::Test {
  protected:
    ~PrivateFile() override { ::unsetenv("CREDENTIALS_DIRECTORY"); }
    [[nodiscard]] std::filesystem::path file(mode_t mode) const {
        const auto path = folder.path() / "secret";
        write_file_atomically(path, as_bytes("hush"), mode);
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }
    test::TemporaryFolder folder;
};

TEST_F(PrivateFile, IsReadByItsOwnerAlone) {
    for (const mode_t mode : {0600u, 0400u, 0700u})
        EXPECT_EQ(as_text(read_private_file(file(mode), 100).value()), "hush");
    for (const mode_t mode : {0640u, 0604u, 0620u, 0644u}) {
        try {
            (void)read_private_file(file(mode), 100);
            ADD_FAILURE() << mode;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
            EXPECT_EQ(error.hint(), "chmod 600 '" + (folder.path() / "secret").string() + "'");
        }
    }
    EXPECT_FALSE(read_private_file(folder.path() / "missing", 100));
}

TEST_F(PrivateFile, IsAnyFileAmongTheCredentialsOfAService) {
    const auto path = file(0440);
    const auto other = folder.path() / "other";
    make_folder(other, 0700);
    ::setenv("CREDENTIALS_DIRECTORY", other.c_str(), 1);
    EXPECT_THROW((void)read_private_file(path, 100), Error);
    ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
    EXPECT_TRUE(read_private_file(path, 100));
    EXPECT_TRUE(read_private_file(other / ".." / "secret", 100));
    ::setenv("CREDENTIALS_DIRECTORY", "", 1);
    EXPECT_THROW((void)read_private_file(path, 100), Error);
}

TEST_F(PrivateFile, APipeHasNoOtherReaders) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ASSERT_EQ(::write(ends[1], "hush", 4), 4);
    ::close(ends[1]);
    EXPECT_EQ(as_text(read_private_file("/dev/fd/" + std::to_string(ends[0]), 100).value()), "hush");
    ::close(ends[0]);
}

}  // namespace
}  // namespace msh
