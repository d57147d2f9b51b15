#include "ipfs/block_finder.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <vector>

#include "unit/ipfs/memory_source.hpp"

namespace msh::ipfs {
namespace {

TEST(SequentialFinder, UsesEachInOrderWhateverTheWorkers) {
    test::MemorySource first;
    test::MemorySource second;
    std::vector<WantedBlock> wanted;
    for (unsigned i = 0; i < 23; ++i) {
        auto& source = i % 3 == 0 ? first : second;
        wanted.push_back({source.add(Codec::raw, test::random_bytes(50, i)), 50, i * std::uint64_t{50}});
    }
    second.blocks[wanted[4].cid.text()] = {1};
    second.blocks.erase(wanted[5].cid.text());
    const BlockSources sources{&first, &second};
    for (const unsigned workers : {0U, 1U, 4U, 50U}) {
        SequentialFinder finder(sources, workers);
        std::size_t next = 0;
        finder.find_all(wanted, [&](std::size_t i, const LookupResult& found) {
            EXPECT_EQ(i, next++);
            EXPECT_EQ(found.state, i == 4   ? LookupResult::State::damaged
                                   : i == 5 ? LookupResult::State::absent
                                            : LookupResult::State::found);
            EXPECT_TRUE(found.state != LookupResult::State::found || is_block(wanted[i].cid, found.bytes));
        });
        EXPECT_EQ(next, wanted.size());
        finder.find_all({}, [](std::size_t, const LookupResult&) { FAIL(); });
        EXPECT_THROW(
            finder.find_all(wanted, [](std::size_t, const LookupResult&) { throw std::runtime_error("enough"); }),
            std::runtime_error);
    }
}

}  // namespace
}  // namespace msh::ipfs
