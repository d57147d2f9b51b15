#include "keystore/refusals.hpp"

#include "keystore/projects.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

class RefusalsTest : public KeystoreTest {
  protected:
    void SetUp() override {
        KeystoreTest::SetUp();
        keystore = std::make_unique<Unlocked>(path(), master);
        (void)Projects(*keystore).pseudonym_key("default");
        (void)Projects(*keystore).pseudonym_key("trial");
    }
    static Refusal refusal(std::uint64_t number, const std::string& failure_class = "truncated") {
        return {digest_of(number), "basic/1", "unreadable", failure_class, "why it is " + failure_class};
    }
    void add(const Refusal& refusal, std::int64_t now, std::string_view project = "default") {
        Refusals(*keystore).add(project, std::span(&refusal, 1), now);
    }
    std::unique_ptr<Unlocked> keystore;
};

TEST_F(RefusalsTest, TheSameRefusalIsFoundAgain) {
    Refusals refusals(*keystore);
    EXPECT_FALSE(refusals.find(refusal(1)));
    add(refusal(1), 100);
    EXPECT_TRUE(refusals.find(refusal(1)));
    EXPECT_FALSE(refusals.find(refusal(2)));
    EXPECT_FALSE(refusals.find(refusal(1, "incomplete")));
    Refusal other = refusal(1);
    other.rules = "basic/2";
    EXPECT_FALSE(refusals.find(other));
    other = refusal(1);
    other.reason = "the same, worded anew";
    EXPECT_TRUE(refusals.find(other));
    other = refusal(1);
    other.outcome = "refused";
    EXPECT_FALSE(refusals.find(other));
}

TEST_F(RefusalsTest, AreListedByReasonWithTheirTimes) {
    Refusals refusals(*keystore);
    EXPECT_TRUE(refusals.list().empty());
    add(refusal(1), 100);
    add(refusal(2), 200);
    add(refusal(1), 300);
    add(refusal(3, "incomplete"), 150);
    add(refusal(4), 400, "trial");
    const auto list = refusals.list();
    ASSERT_EQ(list.size(), 3u);
    EXPECT_EQ(list[0].project, "default");
    EXPECT_EQ(list[0].rules, "basic/1");
    EXPECT_EQ(list[0].outcome, "unreadable");
    EXPECT_EQ(list[0].failure_class, "truncated");
    EXPECT_EQ(list[0].reason, "why it is truncated");
    EXPECT_EQ(list[0].files, 2u);
    EXPECT_EQ(list[0].first, 100);
    EXPECT_EQ(list[0].last, 300);
    EXPECT_EQ(list[1].failure_class, "incomplete");
    EXPECT_EQ(list[1].files, 1u);
    EXPECT_EQ(list[2].project, "trial");
}

TEST_F(RefusalsTest, AnotherReasonTakesThePlaceOfTheFormerOne) {
    add(refusal(1), 100);
    add(refusal(1, "incomplete"), 200);
    const auto list = Refusals(*keystore).list();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].failure_class, "incomplete");
    EXPECT_EQ(list[0].first, 200);
}

TEST_F(RefusalsTest, AFileThatWasTakenIsForgotten) {
    Refusals refusals(*keystore);
    Refusal strict = refusal(1);
    strict.rules = "basic/2";
    add(refusal(1), 100);
    add(strict, 100);
    add(refusal(2), 100);
    const Digest file = digest_of(1);
    refusals.forget(std::span(&file, 1));
    EXPECT_FALSE(refusals.find(refusal(1)));
    EXPECT_FALSE(refusals.find(strict));
    EXPECT_TRUE(refusals.find(refusal(2)));
}

TEST_F(RefusalsTest, NeedAProject) {
    EXPECT_EQ(kind_of_error([&] { add(refusal(1), 100, "unknown"); }), ErrorKind::failed);
    EXPECT_TRUE(Refusals(*keystore).list().empty());
}

}  // namespace
}  // namespace msh::keystore::test
