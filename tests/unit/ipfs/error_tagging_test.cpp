#include "ipfs/error_tagging.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "unit/ipfs/memory_source.hpp"

namespace msh::ipfs {
namespace {

class FailingSource final : public BlockSource {
  public:
    explicit FailingSource(ErrorKind kind) : kind_(kind) {}
    [[nodiscard]] std::optional<Bytes> fetch(const Cid& /*cid*/) override { throw Error(kind_, "broken", "mend it"); }

  private:
    ErrorKind kind_;
};

TEST(ErrorTaggingSource, TellsWhoFailedAndWhy) {
    const Cid cid = Cid::of(Codec::raw, {});
    for (const ErrorKind kind : {ErrorKind::again, ErrorKind::failed}) {
        FailingSource failing(kind);
        ErrorTaggingSource source(failing);
        try {
            (void)find_block({&source}, cid);
            FAIL();
        } catch (const SourceError& failure) {
            EXPECT_EQ(failure.source(), &failing);
            EXPECT_EQ(failure.kind(), kind);
            EXPECT_EQ(failure.what(), std::string("broken"));
            EXPECT_EQ(failure.hint(), "mend it");
        }
    }
    FailingSource damaged(ErrorKind::input);
    ErrorTaggingSource source(damaged);
    EXPECT_EQ(find_block({&source}, cid).state, LookupResult::State::damaged);
}

TEST(ErrorTaggingSource, ASourceThatFailsIsNotAskedAlone) {
    FailingSource failing(ErrorKind::again);
    test::MemorySource memory;
    const Cid cid = memory.add(Codec::raw, {1, 2, 3});
    ErrorTaggingSource first(failing);
    ErrorTaggingSource second(memory);
    EXPECT_EQ(find_block({&first, &second}, cid).state, LookupResult::State::found);
}

TEST(ErrorTaggingFinder, TellsTheSourceFromTheUse) {
    test::MemorySource memory;
    const std::vector<WantedBlock> wanted{{memory.add(Codec::raw, {1}), 1, 0}};
    const BlockSources whole{&memory};
    SequentialFinder in_turn(whole, 1);
    ErrorTaggingFinder finder(in_turn);
    EXPECT_EQ(finder.find(wanted.front()).state, LookupResult::State::found);
    const auto full = [](std::size_t, const LookupResult&) { throw Error(ErrorKind::failed, "the disk is full"); };
    try {
        finder.find_all(wanted, full);
        FAIL();
    } catch (const SourceError&) {
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.what(), std::string("the disk is full"));
    }
    FailingSource failing(ErrorKind::failed);
    const BlockSources broken{&failing};
    SequentialFinder of_broken(broken, 1);
    ErrorTaggingFinder blamed(of_broken);
    EXPECT_THROW((void)blamed.find(wanted.front()), SourceError);
    EXPECT_THROW(blamed.find_all(wanted, full), SourceError);
}

}  // namespace
}  // namespace msh::ipfs
