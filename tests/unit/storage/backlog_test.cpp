#include "storage/backlog.hpp"

#include <filesystem>
#include <gtest/gtest.h>

#include "storage/putter.hpp"
#include "unit/storage/put_support.hpp"

namespace msh::storage {
namespace {

namespace fs = std::filesystem;

class BacklogTest : public PutTest {
  protected:
    Putter putter() { return {home, *places, keystore.get(), *targets, program}; }
    // A run that loses target two.
    record::Object put_with_loss(FakeTarget& two) {
        open(1);
        const record::Object object = add_object();
        two.failure = Error(ErrorKind::again, "does not answer");
        Record record(object);
        Request request = record.request();
        putter().put({&request, 1});
        EXPECT_FALSE(request.error);
        program.messages.clear();
        return object;
    }
};

TEST_F(BacklogTest, TheNextRunSendsWhatATargetLacks) {
    add_target("one");
    FakeTarget& two = add_target("two");
    const record::Object object = put_with_loss(two);
    EXPECT_TRUE(has_file(object));
    two.failure.reset();
    open(1);
    Putter putter = this->putter();
    Backlog backlog(putter, keystore.get(), *targets, program);
    EXPECT_TRUE(backlog.send());
    EXPECT_TRUE(two.durable.contains(cid));
    EXPECT_TRUE(is_stored(object, two));
    EXPECT_FALSE(is_missing(object));
    EXPECT_FALSE(has_file(object));
    backlog.tell();
    EXPECT_TRUE(program.messages.empty());
}

TEST_F(BacklogTest, ATargetThatIsStillAwayIsToldWithWhatItLacks) {
    add_target("one");
    FakeTarget& two = add_target("two");
    const record::Object object = put_with_loss(two);
    open();
    Putter putter = this->putter();
    Backlog backlog(putter, keystore.get(), *targets, program);
    EXPECT_FALSE(backlog.send());
    EXPECT_TRUE(backlog.may_go_better());
    EXPECT_FALSE(backlog.has_failed());
    backlog.tell();
    EXPECT_EQ(program.messages,
              (std::vector<std::string>{"error: does not answer", "warning: 1 payload is still missing in two"}));
    EXPECT_TRUE(has_file(object));
}

TEST_F(BacklogTest, APayloadThatIsNowhereIsNamedByItsObject) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    const record::Object object = put_with_loss(two);
    two.failure.reset();
    one.lose_everything();
    fs::remove(*object.payload.path);
    open(1);
    Putter putter = this->putter();
    Backlog backlog(putter, keystore.get(), *targets, program);
    EXPECT_FALSE(backlog.send());
    ASSERT_EQ(program.messages.size(), 1U);
    EXPECT_TRUE(program.messages[0].starts_with("error: object " + to_hex(object.id) + ": ")) << program.messages[0];
    EXPECT_TRUE(is_missing(object));
}

}  // namespace
}  // namespace msh::storage
