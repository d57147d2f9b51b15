#include "auditing/watched_log.hpp"

#include "ipfs/block_source.hpp"
#include "unit/auditing/support.hpp"

namespace msh::auditing {
namespace {

using Kind = WatchedLog::Kind;

class WatchedLogTest : public AuditTest {
  protected:
    WatchedLogTest() { log.grow_to(3); }
    [[nodiscard]] WatchedLog watch(FakeLog& files, Kind kind = Kind::foreign) {
        return {files.folder(), log.key(), keystore.get(), kind};
    }
    [[nodiscard]] std::optional<keystore::LogHead> head() {
        return keystore::Heads(*keystore).newest(log.key().text());
    }
    const Key seed = crypto::random_key();
    FakeLog log{"example.org/log", seed};
};

TEST_F(WatchedLogTest, ReadsTheCheckpointAgainForALeafBeyondItOnceABatch) {
    WatchedLog watched = watch(log);
    EXPECT_EQ(watched.check(2, leaf(2)), "included");
    EXPECT_EQ(watched.check(2, leaf(1)), "not-included");
    log.grow_to(5);
    EXPECT_EQ(watched.check(4, leaf(4)), "not-included");
    EXPECT_EQ(log.reads["checkpoint"], 1);
    watched.begin_batch();
    EXPECT_EQ(watched.check(1, leaf(1)), "included");
    EXPECT_EQ(log.reads["checkpoint"], 1);
    EXPECT_EQ(watched.check(4, leaf(4)), "included");
    EXPECT_EQ(watched.check(7, leaf(7)), "not-included");
    EXPECT_EQ(watched.check(8, leaf(8)), "not-included");
    EXPECT_EQ(log.reads["checkpoint"], 2);
    EXPECT_EQ(watched.checkpoint().size, 5U);
    EXPECT_EQ(watched.seen(), std::nullopt);
    EXPECT_EQ(head()->size, 5U);
}

TEST_F(WatchedLogTest, ALogThatIsOlderThanWasSeenProvesWhatIsInIt) {
    FakeLog old("example.org/log", seed);
    old.grow_to(3);
    log.grow_to(5);
    (void)watch(log);
    for (const Kind kind : {Kind::foreign, Kind::own_copy}) {
        WatchedLog watched = watch(old, kind);
        EXPECT_EQ(watched.seen(), 5U);
        EXPECT_EQ(watched.check(2, leaf(2)), "included");
        EXPECT_EQ(watched.check(2, leaf(4)), "not-included");
        EXPECT_EQ(watched.check(4, leaf(4)), "behind");
        EXPECT_EQ(watched.check(5, leaf(5)), "not-included");
        EXPECT_EQ(head()->size, 5U);
    }
    // The own log, in its own place, must not be smaller than it was.
    WatchedLog own = watch(old, Kind::own);
    EXPECT_EQ(own.check(2, leaf(2)), "taken-back");
    EXPECT_EQ(own.check(4, leaf(4)), "taken-back");
}

TEST_F(WatchedLogTest, ALogThatContradictsWhatWasSeenIsForked) {
    (void)watch(log);
    FakeLog same_size("example.org/log", seed);
    same_size.append({leaf(0), leaf(1), leaf(7)});
    FakeLog larger("example.org/log", seed);
    larger.append({leaf(0), leaf(1), leaf(7), leaf(8), leaf(9)});
    for (FakeLog* const fork : {&same_size, &larger}) {
        WatchedLog watched = watch(*fork);
        EXPECT_EQ(watched.check(0, leaf(0)), "forked");
        EXPECT_EQ(watched.check(2, leaf(7)), "forked");
        EXPECT_EQ(watched.check(9, leaf(9)), "forked");
    }
    EXPECT_EQ(head()->root, log.checkpoint.root);
    EXPECT_EQ(head()->size, 3U);
    // One that is forked while it is watched.
    WatchedLog watched = watch(log);
    EXPECT_EQ(watched.check(2, leaf(2)), "included");
    log.files = larger.files;
    watched.begin_batch();
    EXPECT_EQ(watched.check(4, leaf(9)), "forked");
    // A smaller one with another past cannot be compared.
    FakeLog smaller("example.org/log", seed);
    smaller.append({leaf(7)});
    EXPECT_EQ(watch(smaller).check(0, leaf(7)), "included");
}

TEST_F(WatchedLogTest, ComparesTheCheckpointThatALeafWasProvedUnder) {
    FakeLog newer("example.org/log", seed);
    newer.grow_to(5);
    FakeLog fork("example.org/log", seed);
    fork.append({leaf(0), leaf(9), leaf(2)});
    {
        WatchedLog watched = watch(log);
        EXPECT_EQ(watched.check(2, leaf(2), log.checkpoint), "included");
        // Proved in a newer tree: not here yet, and nothing is wrong with that.
        EXPECT_EQ(watched.check(4, leaf(4), newer.checkpoint), "included");
        EXPECT_EQ(watched.seen(), 5U);
        EXPECT_EQ(watched.check(4, leaf(4)), "behind");
        EXPECT_EQ(watched.check(1, leaf(9), fork.checkpoint), "forked");
        EXPECT_EQ(watched.check(2, leaf(2)), "forked");
    }
    // Both trees have the place, with another leaf.
    WatchedLog watched = watch(log);
    EXPECT_EQ(watched.check(1, leaf(9), newer.checkpoint), "forked");
}

TEST_F(WatchedLogTest, OnlyOthersLogsAreRemembered) {
    (void)watch(log, Kind::own_copy);
    (void)watch(log, Kind::own);
    EXPECT_FALSE(head());
    (void)WatchedLog(log.folder(), log.key(), nullptr, Kind::foreign);
    EXPECT_FALSE(head());
    (void)watch(log);
    EXPECT_EQ(head()->size, 3U);
}

TEST_F(WatchedLogTest, ACheckpointOfAnotherKeyIsNotRead) {
    FakeLog stranger("example.org/log");
    stranger.grow_to(3);
    expect_error(ErrorKind::failed,
                 "the log's checkpoint cannot be trusted: the checkpoint is not signed by the log's key",
                 [&] { (void)watch(stranger); });
}

TEST_F(WatchedLogTest, WhatIsDamagedIsAVerdictAndWhatDoesNotComeIsNone) {
    WatchedLog watched = watch(log);
    (void)watched.check(0, leaf(0));
    log.grow_to(5);
    log.files.at("tile/0/000.p/5").at(70) ^= 1;
    watched.begin_batch();
    EXPECT_EQ(watched.check(4, leaf(4)), "damaged");  // it cannot even be compared with the head
    EXPECT_EQ(watched.check(0, leaf(0)), "damaged");
    EXPECT_EQ(watched.proof(0, leaf(0)), std::nullopt);
    EXPECT_EQ(head()->size, 3U);
    log.grow_to(6);
    log.failure = Error(ErrorKind::again, "example.org does not answer");
    watched.begin_batch();
    expect_error(ErrorKind::again, "example.org does not answer", [&] { (void)watched.check(5, leaf(5)); });
    try {
        log.failure.reset();
        WatchedLog other = watch(log);
        log::ReadFile refusing = [&](const std::string& name, std::size_t most) {
            if (name != "checkpoint") throw ipfs::PermanentSourceError("example.org: HTTP status 403", "access denied");
            return log.reader()(name, most);
        };
        (void)WatchedLog({refusing, ErrorKind::failed}, log.key(), keystore.get(), Kind::foreign);
        ADD_FAILURE() << "no error";
    } catch (const ipfs::PermanentSourceError& error) {
        EXPECT_EQ(error.hint(), "access denied");
    }
}

TEST_F(WatchedLogTest, GivesTheTextOfAProof) {
    WatchedLog watched = watch(log);
    const Bytes expected = log.proof(1, leaf(1));
    EXPECT_EQ(watched.proof(1, leaf(1)), std::string(expected.begin(), expected.end()));
    EXPECT_EQ(watched.proof(1, leaf(2)), std::nullopt);
    EXPECT_EQ(watched.proof(3, leaf(3)), std::nullopt);
}

}  // namespace
}  // namespace msh::auditing
