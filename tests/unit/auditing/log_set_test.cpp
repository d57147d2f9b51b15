#include "auditing/log_set.hpp"

#include "keystore/anchors.hpp"
#include "keystore/heads.hpp"
#include "keystore/issuers.hpp"
#include "unit/auditing/support.hpp"

namespace msh::auditing {
namespace {

const std::string url = "https://hospital.example/log";

class LogSetTest : public AuditTest {
  protected:
    void SetUp() override {
        AuditTest::SetUp();
        for (std::uint64_t i = 0; i < 3; ++i)
            objects.push_back(object_at(i, "hospital.example/log"));
        for (const record::Object& object : objects)
            leaves.push_back(custodian::leaf_data(object));
        log.append(leaves);
        keys.emplace(nullptr);
    }
    // Logs that are opened by their URL; no keystore unless one is given.
    [[nodiscard]] LogSet set(keystore::Keystore* store = nullptr) {
        return {home, store, *keys, [this](const std::string& place) { return served.at(place)->reader(); }};
    }
    [[nodiscard]] static record::Verdict check(LogSet& logs, const record::Object& object) {
        record::Verdict verdict;
        logs.check(object, verdict);
        return verdict;
    }
    // An object of the own log, published.
    record::Object anchor_in_own_log() {
        record::Object object = object_at(0, "own.example/log");
        const keystore::LogSubject subject{"grant", object.id};
        const auto assigned = keystore::Anchors(*keystore).assign({&subject, 1}, [&](std::size_t, const Digest& salt) {
            object.anchor->salt = salt;
            return custodian::leaf_data(object);
        });
        object.anchor->index = assigned.front().anchor.index;
        custodian::publish(*keystore, home);
        return object;
    }

    std::vector<record::Object> objects;
    std::vector<Digest> leaves;
    FakeLog log{"hospital.example/log"};
    std::map<std::string, FakeLog*> served{{url, &log}};
    std::optional<LogKeys> keys;
};

TEST_F(LogSetTest, ALeafIsLookedForInTheLogOfItsName) {
    keys->add(log.key());
    LogSet logs = set();
    EXPECT_TRUE(logs.empty());
    logs.add(url);
    logs.begin_batch();
    const record::Verdict verdict = check(logs, objects[1]);
    EXPECT_EQ(verdict.log, "included");
    EXPECT_EQ(verdict.origin, "hospital.example/log");
    EXPECT_EQ(verdict.size, 3U);
    EXPECT_EQ(verdict.seen, std::nullopt);
    record::Object changed = objects[1];
    changed.epoch = 2;
    EXPECT_EQ(check(logs, changed).log, "not-included");
    changed = objects[1];
    changed.anchor->origin = "elsewhere.example/log";
    EXPECT_EQ(check(logs, changed).log, "unknown-log");
    EXPECT_EQ(check(logs, changed).size, std::nullopt);
    changed.anchor.reset();
    EXPECT_EQ(check(logs, changed).log, "not-anchored");
    changed = objects[1];
    changed.payload.cid.reset();
    EXPECT_EQ(check(logs, changed).log, "not-anchored");
    EXPECT_TRUE(logs.without_witness());
    EXPECT_TRUE(logs.lagging().empty());
    EXPECT_TRUE(logs.proof(*objects[1].anchor, leaves[1]));
    EXPECT_FALSE(logs.proof(*objects[1].anchor, leaves[2]));
}

TEST_F(LogSetTest, ALogNeedsAKeyThatIsKnown) {
    const std::string unknown = "the key of the log at hospital.example is not known";
    expect_error(ErrorKind::failed, unknown, [&] { set().add(url); });
    expect_error(ErrorKind::failed, "no log found in '" + folder.path().string() + "'",
                 [&] { set().add(folder.path().string()); });
    // Another key of that name says what is wrong; of several, the one that signed is taken.
    keys->add(FakeLog("hospital.example/log").key());
    expect_error(ErrorKind::failed,
                 "the log's checkpoint cannot be trusted: the checkpoint is not signed by the log's key",
                 [&] { set().add(url); });
    keys->add(log.key());
    LogSet logs = set();
    logs.add(url);
    EXPECT_EQ(check(logs, objects[0]).log, "included");
    EXPECT_TRUE(logs.knows("hospital.example/log"));
    EXPECT_FALSE(logs.knows("elsewhere.example/log"));
    // A page instead of a checkpoint is of no log that is known.
    const std::string page = "<html>sorry</html>\n";
    log.files["checkpoint"] = Bytes(page.begin(), page.end());
    expect_error(ErrorKind::failed, unknown, [&] { set().add(url); });
    log.files.erase("checkpoint");
    expect_error(ErrorKind::failed, "no log found at hospital.example", [&] { set().add(url); });
}

TEST_F(LogSetTest, APinnedKeyCountsWhereThereIsNoOther) {
    keystore::Issuers(*keystore).pin({"fp", "{}", "hospital.example/log", log.key().text(), 1});
    keystore::Issuers(*keystore).pin({"fp2", "{}", "own.example/log", FakeLog("own.example/log").key().text(), 1});
    keys.emplace(keystore.get());
    EXPECT_EQ(keys->of("hospital.example/log"), std::vector{log.key()});
    EXPECT_EQ(keys->of("own.example/log"), std::vector{custodian::log_key(*keystore)});
    EXPECT_EQ(keys->own(), custodian::log_key(*keystore));
    const log::VerifierKey given = FakeLog("hospital.example/log").key();
    keys->add(given);
    EXPECT_EQ(keys->of("hospital.example/log"), std::vector{given});
}

TEST_F(LogSetTest, TheOwnLogIsUsedWhereNoOtherIsNamed) {
    keys.emplace(keystore.get());
    LogSet logs = set(keystore.get());
    logs.begin_batch();  // it is not there yet
    EXPECT_TRUE(logs.empty());
    const record::Object own = anchor_in_own_log();
    logs.begin_batch();
    EXPECT_EQ(check(logs, own).log, "included");
    keys->add(log.key());
    LogSet others = set(keystore.get());
    others.add(url);
    others.begin_batch();
    EXPECT_EQ(check(others, own).log, "unknown-log");
    EXPECT_EQ(check(others, objects[0]).log, "included");
    // A copy of it is no other's log; what is gone was taken back.
    const std::filesystem::path copy = folder.path() / "copy";
    std::filesystem::copy(home.log(), copy, std::filesystem::copy_options::recursive);
    std::filesystem::remove_all(home.log());
    LogSet gone = set(keystore.get());
    gone.begin_batch();
    EXPECT_EQ(check(gone, own).log, "taken-back");
    EXPECT_EQ(check(gone, own).seen, 1U);
    LogSet copied = set(keystore.get());
    copied.add(copy.string());
    copied.begin_batch();
    EXPECT_EQ(check(copied, own).log, "included");
}

TEST_F(LogSetTest, AProofNeedsAKeyAlone) {
    record::Object object = objects[1];
    object.anchor->proof = log.proof(1, leaves[1]);
    LogSet logs = set();
    EXPECT_EQ(check(logs, object).log, "unknown-log");  // without a key
    keys->add(log.key());
    EXPECT_EQ(check(logs, object).log, "included");
    EXPECT_EQ(check(logs, object).size, 3U);
    EXPECT_EQ(logs.proof(*object.anchor, leaves[1]), std::string(as_text(*object.anchor->proof)));
    object.anchor->proof = log.proof(2, leaves[2]);
    EXPECT_EQ(check(logs, object).log, "bad-proof");
    // A head of that size with another root was seen.
    object.anchor->proof = log.proof(1, leaves[1]);
    EXPECT_TRUE(keystore::Heads(*keystore).add_log_head(log.key().text(), {3, Digest{1}}));
    LogSet seen = set(keystore.get());
    EXPECT_EQ(check(seen, object).log, "forked");
    // The log itself ends before the leaf.
    FakeLog old("other.example/log");
    const record::Object first = object_at(0, "other.example/log");
    record::Object second = object_at(1, "other.example/log");
    old.append({custodian::leaf_data(first)});
    const auto before = old.files;
    old.append({custodian::leaf_data(second)});
    second.anchor->proof = old.proof(1, custodian::leaf_data(second));
    old.files = before;
    served["https://other.example/log"] = &old;
    keys->add(old.key());
    LogSet lagging = set();
    lagging.add("https://other.example/log");
    const record::Verdict verdict = check(lagging, second);
    EXPECT_EQ(verdict.log, "included");
    EXPECT_EQ(verdict.seen, 2U);
    EXPECT_EQ(verdict.size, 2U);
    EXPECT_EQ(lagging.lagging(), std::vector<std::string>{"other.example/log"});
}

TEST_F(LogSetTest, AWebFolderThatLiesIsDamagedAndOneThatIsSilentIsAnError) {
    keys->add(log.key());
    LogSet logs = set();
    logs.add(url);
    log.files.at("tile/0/000.p/3").at(5) ^= 1;
    EXPECT_EQ(check(logs, objects[0]).log, "damaged");
    EXPECT_FALSE(logs.proof(*objects[0].anchor, leaves[0]));
    LogSet silent = set();
    silent.add(url);
    log.failure = Error(ErrorKind::again, "hospital.example does not answer");
    expect_error(ErrorKind::again, "hospital.example does not answer", [&] { (void)check(silent, objects[0]); });
}

TEST_F(LogSetTest, OfSeveralLogsOfOneNameTheOneWithTheLeafCounts) {
    FakeLog namesake("hospital.example/log");
    namesake.grow_to(9);
    served["https://namesake.example/log"] = &namesake;
    keys->add(log.key());
    keys->add(namesake.key());
    LogSet logs = set();
    logs.add("https://namesake.example/log");
    logs.add(url);
    EXPECT_EQ(check(logs, objects[2]).log, "included");
    EXPECT_EQ(check(logs, objects[2]).size, 3U);
    record::Object changed = objects[2];
    changed.epoch = 2;
    EXPECT_EQ(check(logs, changed).log, "not-included");
}

}  // namespace
}  // namespace msh::auditing
