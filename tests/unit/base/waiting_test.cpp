#include "base/waiting.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "support/temporary_folder.hpp"

namespace msh {
namespace {

class Waiting : public ::testing::Test {
  protected:
    ~Waiting() override { set_wait_calls({}); }

    test::TemporaryFolder folder_;
    std::filesystem::path lock_ = folder_.path() / "a.lock";
};

TEST_F(Waiting, IsToldOnceAfterASecondAndEndsWithTheLock) {
    auto held = FileLock::try_lock(lock_);
    ASSERT_TRUE(held);
    std::vector<std::string> told;
    set_wait_calls({nullptr, [&](const std::string& what) {
                        told.push_back(what);
                        held.reset();
                    }});
    const FileLock lock(lock_);
    EXPECT_EQ(told, std::vector<std::string>({"'" + lock_.string() + "'"}));
}

TEST_F(Waiting, EndsByWhatItsCheckThrows) {
    const auto held = FileLock::try_lock(lock_);
    set_wait_calls({[] { throw std::runtime_error("enough"); }, nullptr});
    EXPECT_THROW(FileLock{lock_}, std::runtime_error);
    EXPECT_FALSE(FileLock::try_lock(lock_));
}

TEST_F(Waiting, IsMorePatientTheLongerItTakes) {
    using namespace std::chrono_literals;
    EXPECT_EQ(patience(0s), 2ms);
    EXPECT_EQ(patience(64ms), 2ms);
    EXPECT_EQ(patience(320ms), 10ms);
    EXPECT_EQ(patience(1600ms), 50ms);
    EXPECT_EQ(patience(24h), 50ms);
}

TEST_F(Waiting, ForInputEndsWithItOrByWhatItsCheckThrows) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const FileDescriptor from(ends[0]);
    const FileDescriptor to(ends[1]);
    int checks = 0;
    set_wait_calls({[&] {
                        if (++checks == 2) write_all(to.get(), Bytes{1});
                        if (checks == 4) throw std::runtime_error("enough");
                    },
                    nullptr});
    wait_until_readable(from.get());
    EXPECT_EQ(checks, 3);
    EXPECT_THROW(wait_until_readable(from.get()), std::runtime_error);  // though there is input
}

TEST_F(Waiting, NobodyWaitsForAFreeLock) {
    set_wait_calls({[] { throw std::runtime_error("asked"); }, nullptr});
    EXPECT_NO_THROW(FileLock{lock_});
}

TEST_F(Waiting, SharedLocksDoNotWaitForEachOther) {
    const FileLock made(lock_);
    const FileDescriptor one(::open(folder_.path().c_str(), O_RDONLY));
    const FileDescriptor two(::open(folder_.path().c_str(), O_RDONLY));
    EXPECT_TRUE(wait_for_flock(one.get(), LOCK_SH, "it"));
    EXPECT_TRUE(wait_for_flock(two.get(), LOCK_SH, "it"));
    set_wait_calls({[] { throw std::runtime_error("asked"); }, nullptr});
    EXPECT_THROW((void)wait_for_flock(two.get(), LOCK_EX, "it"), std::runtime_error);
    EXPECT_FALSE(wait_for_flock(-1, LOCK_EX, "it"));
}

}  // namespace
}  // namespace msh
