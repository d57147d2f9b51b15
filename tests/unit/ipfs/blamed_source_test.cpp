#include "ipfs/blamed_source.hpp"

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

TEST(BlamedSource, TellsWhoFailedAndWhy) {
    const Cid cid = Cid::of(Codec::raw, {});
    for (const ErrorKind kind : {ErrorKind::again, ErrorKind::failed}) {
        FailingSource failing(kind);
        BlamedSource source(failing);
        try {
            (void)find_block({&source}, cid);
            FAIL();
        } catch (const SourceFailed& failure) {
            EXPECT_EQ(failure.source(), &failing);
            EXPECT_EQ(failure.kind(), kind);
            EXPECT_EQ(failure.what(), std::string("broken"));
            EXPECT_EQ(failure.hint(), "mend it");
        }
    }
    FailingSource damaged(ErrorKind::input);
    BlamedSource source(damaged);
    EXPECT_EQ(find_block({&source}, cid).state, Found::State::damaged);
}

TEST(BlamedSource, ASourceThatFailsIsNotAskedAlone) {
    FailingSource failing(ErrorKind::again);
    test::MemorySource memory;
    const Cid cid = memory.add(Codec::raw, {1, 2, 3});
    BlamedSource first(failing);
    BlamedSource second(memory);
    EXPECT_EQ(find_block({&first, &second}, cid).state, Found::State::whole);
}

TEST(BlamedFinder, TellsTheSourceFromTheUse) {
    test::MemorySource memory;
    const std::vector<WantedBlock> wanted{{memory.add(Codec::raw, {1}), 1, 0}};
    const BlockSources whole{&memory};
    InTurn in_turn(whole, 1);
    BlamedFinder finder(in_turn);
    EXPECT_EQ(finder.find(wanted.front()).state, Found::State::whole);
    const auto full = [](std::size_t, const Found&) { throw Error(ErrorKind::failed, "the disk is full"); };
    try {
        finder.find_all(wanted, full);
        FAIL();
    } catch (const SourceFailed&) {
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.what(), std::string("the disk is full"));
    }
    FailingSource failing(ErrorKind::failed);
    const BlockSources broken{&failing};
    InTurn of_broken(broken, 1);
    BlamedFinder blamed(of_broken);
    EXPECT_THROW((void)blamed.find(wanted.front()), SourceFailed);
    EXPECT_THROW(blamed.find_all(wanted, full), SourceFailed);
}

}  // namespace
}  // namespace msh::ipfs
