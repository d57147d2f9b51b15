#include "nodes/fetcher.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "unit/ipfs/memory_source.hpp"

namespace msh::nodes {
namespace {

using namespace std::chrono_literals;
using ipfs::test::MemorySource;
using ipfs::test::random_bytes;
using Clock = std::chrono::steady_clock;

// Sleeps until it is told to end.
class Pause {
  public:
    void begin() {
        const std::scoped_lock lock(mutex_);
        is_over_ = false;
    }
    void end() {
        {
            const std::scoped_lock lock(mutex_);
            is_over_ = true;
        }
        over_.notify_all();
    }
    void sleep(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        if (over_.wait_for(lock, time, [&] { return is_over_; })) throw Error(ErrorKind::again, "broken off");
    }

  private:
    std::mutex mutex_;
    std::condition_variable over_;
    bool is_over_ = false;
};

// A source that behaves as `how` says, which is asked with the number of the question.
class Far final : public ipfs::BlockSource {
  public:
    using How = std::function<std::optional<Bytes>(MemorySource&, const ipfs::Cid&, int number)>;
    Far(MemorySource& blocks, How how) : blocks_(blocks), how_(std::move(how)) {}

    [[nodiscard]] std::optional<Bytes> fetch(const ipfs::Cid& cid) override { return how_(blocks_, cid, asked++); }

    std::atomic<int> asked{0};

  private:
    MemorySource& blocks_;
    How how_;
};

std::optional<Bytes> well(MemorySource& blocks, const ipfs::Cid& cid, int /*number*/) {
    return blocks.fetch(cid);
}

std::optional<Bytes> lie(MemorySource& /*blocks*/, const ipfs::Cid& /*cid*/, int number) {
    return Bytes{1, 2, static_cast<std::uint8_t>(number)};
}

std::optional<Bytes> absent(MemorySource& /*blocks*/, const ipfs::Cid& /*cid*/, int /*number*/) {
    return std::nullopt;
}

std::optional<Bytes> fail(MemorySource& /*blocks*/, const ipfs::Cid& /*cid*/, int /*number*/) {
    throw Error(ErrorKind::again, "far: fails");
}

Far::How after(std::chrono::milliseconds time, Far::How how = well) {
    return [=](MemorySource& blocks, const ipfs::Cid& cid, int number) {
        std::this_thread::sleep_for(time);
        return how(blocks, cid, number);
    };
}

// Not before the other one was asked for so many blocks.
Far::How behind(const Far& other, int asked) {
    return [&other, asked](MemorySource& blocks, const ipfs::Cid& cid, int number) {
        const auto end = Clock::now() + 20s;
        while (other.asked < asked && Clock::now() < end)
            std::this_thread::sleep_for(1ms);
        return well(blocks, cid, number);
    };
}

class FetcherTest : public ::testing::Test {
  protected:
    std::vector<ipfs::WantedBlock> make_blocks(std::size_t count, std::size_t size = 1000) {
        std::vector<ipfs::WantedBlock> made;
        for (std::size_t i = 0; i < count; ++i) {
            const Bytes bytes = random_bytes(size, static_cast<unsigned>(100 + i));
            made.push_back({blocks.add(ipfs::Codec::raw, bytes), size, i * size});
        }
        return made;
    }

    Far& add(Far::How how) { return sources.emplace_back(blocks, std::move(how)); }
    Far::How stall() {
        return [this](MemorySource&, const ipfs::Cid&, int) -> std::optional<Bytes> {
            pause.sleep(20s);
            return std::nullopt;
        };
    }

    void begin(const ipfs::BlockSources& near = {}) {
        pause.begin();
        std::vector<NamedSource> remote;
        for (Far& source : sources)
            remote.push_back({"far " + std::to_string(remote.size()), &source});
        fetcher.emplace(near, std::move(remote),
                        Fetcher::Calls{.warn =
                                           [this](const std::string& text) {
                                               const std::scoped_lock lock(mutex);
                                               warnings.push_back(text);
                                           },
                                       .end = [this] { pause.end(); },
                                       .is_over = [this] { return is_over.load(); }});
    }

    // Each is used once, in order, and right.
    void expect_all(const std::vector<ipfs::WantedBlock>& wanted) {
        std::size_t next = 0;
        fetcher->find_all(wanted, [&](std::size_t i, const ipfs::LookupResult& found) {
            EXPECT_EQ(i, next++);
            EXPECT_EQ(found.state, ipfs::LookupResult::State::found) << i;
            EXPECT_TRUE(ipfs::is_block(wanted[i].cid, found.bytes)) << i;
        });
        EXPECT_EQ(next, wanted.size());
    }

    // A source's thread may still be about to warn.
    void expect_one_warning() {
        for (const auto end = Clock::now() + 20s; Clock::now() < end; std::this_thread::sleep_for(1ms)) {
            const std::scoped_lock lock(mutex);
            if (!warnings.empty()) break;
        }
        const std::scoped_lock lock(mutex);
        ASSERT_EQ(warnings.size(), 1U);
    }

    // The kind of error a block ends with; nothing without one.
    std::optional<ErrorKind> error_of(const ipfs::WantedBlock& block) {
        try {
            (void)fetcher->find(block);
            return std::nullopt;
        } catch (const Error& error) {
            return error.kind();
        }
    }

    MemorySource blocks;
    std::deque<Far> sources;
    Pause pause;
    std::atomic<bool> is_over{false};
    std::mutex mutex;
    std::vector<std::string> warnings;
    std::optional<Fetcher> fetcher;
};

TEST_F(FetcherTest, WithoutSourcesEveryBlockIsAbsent) {
    const auto wanted = make_blocks(3);
    begin();
    EXPECT_EQ(fetcher->find(wanted[0]).state, ipfs::LookupResult::State::absent);
    std::size_t used = 0;
    fetcher->find_all(wanted, [&](std::size_t, const ipfs::LookupResult& found) {
        ++used;
        EXPECT_EQ(found.state, ipfs::LookupResult::State::absent);
    });
    EXPECT_EQ(used, 3U);
    fetcher->find_all({}, [](std::size_t, const ipfs::LookupResult&) { FAIL(); });
}

TEST_F(FetcherTest, WhatLiesNearIsNotAskedForFar) {
    const auto wanted = make_blocks(20);
    MemorySource near;
    near.blocks = blocks.blocks;
    near.blocks[wanted[4].cid.text()] = {1, 2, 3};
    near.blocks.erase(wanted[7].cid.text());
    Far& far = add(well);
    begin({&near});
    expect_all(wanted);
    EXPECT_EQ(far.asked, 2);
}

TEST_F(FetcherTest, WhatLiesNearIsNotReadFarAhead) {
    const auto wanted = make_blocks(100);
    MemorySource near;
    near.blocks = blocks.blocks;
    near.blocks.erase(wanted[0].cid.text());
    add(well);
    begin({&near});
    // Two at once share what one may read ahead.
    const std::size_t most = 2 * fetcher->at_once();
    std::atomic<std::size_t> used{0};
    const auto look = [&](std::size_t, const ipfs::LookupResult&) {
        if (++used == 2) {
            EXPECT_LE(near.fetched.load(), most + 4);
        }
        std::this_thread::sleep_for(1ms);
    };
    std::jthread other([&] { fetcher->find_all(wanted, look); });
    fetcher->find_all(wanted, look);
}

TEST_F(FetcherTest, ALiarIsNamedOnceAndAskedNoMore) {
    const auto wanted = make_blocks(100);
    Far& liar = add(lie);
    add(behind(liar, 1));
    begin();
    expect_all(wanted);
    EXPECT_LE(liar.asked, 4);  // those that were under way at once
    expect_one_warning();
    EXPECT_EQ(warnings[0], "far 0: returned the wrong block; giving up on it");
}

TEST_F(FetcherTest, ALiarAloneLeavesABadInput) {
    const auto wanted = make_blocks(2);
    Far& liar = add(lie);
    begin();
    for (const ipfs::WantedBlock& block : wanted) {
        try {
            EXPECT_EQ(fetcher->find(block).state, ipfs::LookupResult::State::damaged);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
        }
    }
    EXPECT_EQ(liar.asked, 1);
}

TEST_F(FetcherTest, ALieThatComesLateSpoilsNothing) {
    const auto wanted = make_blocks(12);
    Far& liar = add(after(1500ms, lie));  // it is overtaken by then
    add(behind(liar, 1));
    begin();
    // The others wait for their turn until it has come.
    fetcher->find_all(wanted, [&](std::size_t i, const ipfs::LookupResult& found) {
        if (i == 0) std::this_thread::sleep_for(2s);
        EXPECT_EQ(found.state, ipfs::LookupResult::State::found) << i;
        EXPECT_TRUE(ipfs::is_block(wanted[i].cid, found.bytes)) << i;
    });
    EXPECT_GT(liar.asked, 0);
    expect_one_warning();
}

TEST_F(FetcherTest, OneThatFailsForThreeBlocksOnEndIsLeft) {
    const auto wanted = make_blocks(60);
    Far& bad = add(fail);
    add(behind(bad, 3));
    begin();
    expect_all(wanted);
    EXPECT_LE(bad.asked, 8);
    expect_one_warning();
    EXPECT_EQ(warnings[0], "far: fails; giving up on it");
}

TEST_F(FetcherTest, OneBlockThatFailsCostsNothingElse) {
    const auto wanted = make_blocks(30);
    std::atomic<int> of_the_bad_one{0};
    Far& far = add([&](MemorySource& from, const ipfs::Cid& cid, int number) {
        if (cid == wanted[3].cid) {
            ++of_the_bad_one;
            return fail(from, cid, number);
        }
        return well(from, cid, number);
    });
    begin();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_EQ(error_of(wanted[i]), i == 3 ? std::optional(ErrorKind::again) : std::nullopt) << i;
    }
    EXPECT_EQ(of_the_bad_one, 3);
    EXPECT_EQ(far.asked, 32);
    EXPECT_TRUE(warnings.empty());
}

TEST_F(FetcherTest, AnErrorThatIsNoneOfMshEndsTheWantAlone) {
    const auto wanted = make_blocks(2);
    add([&](MemorySource& from, const ipfs::Cid& cid, int number) {
        if (cid == wanted[0].cid) throw 7;
        return well(from, cid, number);
    });
    begin();
    EXPECT_THROW((void)fetcher->find(wanted[0]), int);
    EXPECT_EQ(fetcher->find(wanted[1]).state, ipfs::LookupResult::State::found);
}

TEST_F(FetcherTest, OneThatWantsToBeLeftAloneIsAskedAgainLater) {
    const auto wanted = make_blocks(20);
    // The questions that are under way together are all turned away, twice.
    const auto start = Clock::now();
    std::atomic<int> turned_away{0};
    add([&](MemorySource& from, const ipfs::Cid& cid, int number) {
        std::this_thread::sleep_for(20ms);
        if (Clock::now() - start < 1500ms) {
            ++turned_away;
            throw ipfs::RetryAfter("far: busy", 1s);
        }
        return well(from, cid, number);
    });
    begin();
    expect_all(wanted);
    EXPECT_TRUE(warnings.empty());
    EXPECT_LE(turned_away, 8);
}

TEST_F(FetcherTest, OneThatIsBusyForLongIsAFailure) {
    const auto wanted = make_blocks(4);
    add([](MemorySource&, const ipfs::Cid&, int) -> std::optional<Bytes> {
        throw ipfs::RetryAfter("far: busy", 1000s);
    });
    begin();
    EXPECT_EQ(error_of(wanted[0]), ErrorKind::again);
}

TEST_F(FetcherTest, ARestEndsWhenAllDoes) {
    const auto wanted = make_blocks(1);
    add([this](MemorySource&, const ipfs::Cid&, int) -> std::optional<Bytes> {
        is_over = true;
        throw ipfs::RetryAfter("far: busy", 15s);
    });
    begin();
    const auto start = Clock::now();
    EXPECT_EQ(error_of(wanted[0]), ErrorKind::again);
    EXPECT_LT(Clock::now() - start, 10s);
}

TEST_F(FetcherTest, SomeThatStallAreOvertaken) {
    for (const std::size_t stalled : {1U, 3U}) {
        sources.clear();
        const auto wanted = make_blocks(30);
        for (std::size_t i = 0; i < stalled; ++i)
            add(stall());
        add(well);
        begin();
        const auto start = Clock::now();
        expect_all(wanted);
        EXPECT_LT(Clock::now() - start, 15s) << stalled;
        const auto end = Clock::now();
        fetcher.reset();
        EXPECT_LT(Clock::now() - end, 10s);
        if (HasFailure()) return;
    }
}

// Where there is one block alone, it may be two idle ones that stall with it before the good one is asked.
TEST_F(FetcherTest, TwoThatStallWithOneBlockAreOvertaken) {
    const auto wanted = make_blocks(1);
    const auto search = [&] {
        Pause own;
        const auto stalls = [&](MemorySource&, const ipfs::Cid&, int) -> std::optional<Bytes> {
            own.sleep(9s);
            return std::nullopt;
        };
        Far one(blocks, stalls);
        Far two(blocks, stalls);
        Far good(blocks, well);
        Fetcher all({}, {{"one", &one}, {"two", &two}, {"good", &good}}, {.end = [&] { own.end(); }});
        const auto start = Clock::now();
        EXPECT_EQ(all.find(wanted[0]).state, ipfs::LookupResult::State::found);
        EXPECT_LT(Clock::now() - start, 7s);
    };
    std::vector<std::jthread> searches;
    for (int i = 0; i < 12; ++i)
        searches.emplace_back(search);
}

TEST_F(FetcherTest, TheFasterOneGivesMore) {
    const auto wanted = make_blocks(200);
    Far& slow = add(after(20ms));
    Far& fast = add(after(2ms));
    begin();
    expect_all(wanted);
    EXPECT_GT(fast.asked, 2 * slow.asked);
    const auto counts = fetcher->counts();
    ASSERT_EQ(counts.size(), 2U);
    EXPECT_EQ(counts[0].name, "far 0");
    EXPECT_GE(counts[0].blocks + counts[1].blocks, 200U);
    EXPECT_EQ(counts[1].bytes, counts[1].blocks * 1000);
}

TEST_F(FetcherTest, OneMayBeAddedAtAnyTime) {
    const auto wanted = make_blocks(60);
    add(after(5ms, absent));
    begin();
    Far late(blocks, well);
    std::size_t there = 0;
    std::size_t next = 0;
    fetcher->find_all(wanted, [&](std::size_t i, const ipfs::LookupResult& found) {
        if (i == 10) fetcher->add({"late", &late});
        EXPECT_EQ(i, next++);
        if (found.state == ipfs::LookupResult::State::found) ++there;
    });
    EXPECT_GE(there, 30U);
    EXPECT_EQ(fetcher->counts().size(), 2U);
    expect_all({wanted.begin() + 40, wanted.end()});
    fetcher.reset();
}

TEST_F(FetcherTest, WhatTheUserThrowsReleasesAll) {
    const auto wanted = make_blocks(40);
    add(after(1ms));
    begin();
    for (int i = 0; i < 10; ++i) {
        EXPECT_THROW(fetcher->find_all(wanted,
                                       [&](std::size_t n, const ipfs::LookupResult&) {
                                           if (n == static_cast<std::size_t>(i)) throw std::runtime_error("enough");
                                       }),
                     std::runtime_error);
    }
    expect_all(wanted);
}

TEST_F(FetcherTest, ManyThreadsAtOnce) {
    const auto wanted = make_blocks(40, 50);
    for (const auto& how : {Far::How(well), after(1ms), Far::How(absent), Far::How(lie), Far::How(fail)})
        add(how);
    begin();
    std::vector<std::jthread> threads;
    for (unsigned seed = 0; seed < 16; ++seed) {
        threads.emplace_back([&, seed] {
            std::mt19937 random(seed);
            for (int round = 0; round < 4; ++round) {
                const std::size_t first = random() % wanted.size();
                expect_all({wanted.begin() + static_cast<std::ptrdiff_t>(first), wanted.end()});
                EXPECT_EQ(fetcher->find(wanted[first]).state, ipfs::LookupResult::State::found);
            }
        });
    }
}

TEST_F(FetcherTest, ItsEndBreaksOffWhatIsUnderWay) {
    const auto wanted = make_blocks(8);
    add(stall());
    add(well);
    begin();
    EXPECT_THROW(
        fetcher->find_all(wanted, [](std::size_t, const ipfs::LookupResult&) { throw std::runtime_error("enough"); }),
        std::runtime_error);
    const auto start = Clock::now();
    fetcher.reset();
    EXPECT_LT(Clock::now() - start, 10s);
}

// One that behaves badly now and then, as its seed has it.
Far::How moody(unsigned seed) {
    return [seed](MemorySource& blocks, const ipfs::Cid& cid, int number) -> std::optional<Bytes> {
        std::mt19937 random(seed * 1000 + static_cast<unsigned>(number));
        const bool can_lie = seed % 3 == 0;
        const bool lacks_some = seed % 2 == 0;
        if (lacks_some && cid.text().back() % 2 == 0) return std::nullopt;
        switch (random() % 12) {
            case 0:
                return can_lie ? lie(blocks, cid, number) : blocks.fetch(cid);
            case 1:
                throw Error(ErrorKind::again, "moody");
            case 2:
                throw ipfs::RetryAfter("moody", 0s);
            case 3:
                std::this_thread::sleep_for(std::chrono::milliseconds(random() % 20));
                break;
            default:
                break;
        }
        return blocks.fetch(cid);
    };
}

TEST_F(FetcherTest, ManyMoodsBesideAGoodOne) {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        sources.clear();
        const auto wanted = make_blocks(60, 100);
        for (unsigned i = 0; i < 1 + seed % 4; ++i)
            add(moody(seed + i));
        add(after(1ms));
        begin();
        std::jthread other([&] { expect_all(wanted); });
        expect_all(wanted);
        other.join();
        fetcher.reset();
        if (HasFailure()) FAIL() << seed;
    }
}

TEST_F(FetcherTest, ManyMoodsAloneEndWithABlockOrAnError) {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        sources.clear();
        const auto wanted = make_blocks(20, 100);
        for (unsigned i = 0; i < 1 + seed % 3; ++i)
            add(moody(seed + i));
        begin();
        for (const ipfs::WantedBlock& block : wanted) {
            try {
                const ipfs::LookupResult found = fetcher->find(block);
                EXPECT_TRUE(found.state != ipfs::LookupResult::State::found || ipfs::is_block(block.cid, found.bytes));
            } catch (const Error& error) {
                EXPECT_TRUE(error.kind() == ErrorKind::again || error.kind() == ErrorKind::input);
            }
        }
        fetcher.reset();
    }
}

}  // namespace
}  // namespace msh::nodes
