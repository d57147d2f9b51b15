#include "base/file_lock.hpp"

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace msh {
namespace {

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
