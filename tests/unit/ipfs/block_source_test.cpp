#include "ipfs/block_source.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace msh::ipfs {
namespace {

TEST(BlockSource, AnErrorSaysWhetherASourceFailedAndWhetherTryingAgainMayHelp) {
    EXPECT_EQ(source_failure(Error(ErrorKind::again, "timed out")), SourceFailure::temporary);
    EXPECT_EQ(source_failure(RetryAfter("HTTP status 429", std::chrono::seconds(1))), SourceFailure::temporary);
    EXPECT_EQ(source_failure(PermanentSourceError("HTTP status 403", "access denied")), SourceFailure::permanent);
    EXPECT_EQ(source_failure(Error(ErrorKind::input, "the wrong block")), std::nullopt);
    EXPECT_EQ(source_failure(Error(ErrorKind::failed, "no space left on device")), std::nullopt);
}

}  // namespace
}  // namespace msh::ipfs
