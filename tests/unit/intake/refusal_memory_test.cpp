#include "intake/refusal_memory.hpp"

#include "keystore/refusals.hpp"
#include "unit/intake/support.hpp"

namespace msh::intake {
namespace {

using enum Outcome;
using Positions = std::vector<std::uint64_t>;

class RefusalMemoryTest : public IntakeTest {
  protected:
    // The inputs that a run reports as refused or not readable.
    Positions reported(const std::vector<std::string>& paths) {
        counts = encrypt(paths);
        return results->reported;
    }
    Counts counts;
};

TEST_F(RefusalMemoryTest, AFailureIsReportedOnce) {
    const std::vector<std::string> paths{add("named", {.may_show_names = true}), add_bytes("text", Bytes(200, 'x'))};
    EXPECT_EQ(reported(paths), (Positions{1, 2}));
    EXPECT_FALSE(results->results[0].failure->was_reported);
    EXPECT_EQ(reported(paths), Positions());
    EXPECT_TRUE(results->results[0].failure->was_reported);
    EXPECT_EQ(counts.failures(), 0U);
    EXPECT_EQ(counts.refused_before, 1U);
    EXPECT_EQ(counts.unreadable_before, 1U);
    options.retry_refused = true;
    EXPECT_EQ(reported(paths), (Positions{1, 2}));
    EXPECT_TRUE(results->results[0].failure->was_reported);
    EXPECT_EQ(counts.failures(), 2U);
}

TEST_F(RefusalMemoryTest, AFileIsKnownByItsContent) {
    const std::string path = add("named", {.may_show_names = true});
    const std::string copy = add("copy", {.may_show_names = true});
    EXPECT_EQ(reported({path, copy}), (Positions{1, 2}));
    EXPECT_EQ(reported({add("third", {.may_show_names = true})}), Positions());
    EXPECT_EQ(reported({add("named", {.study = "1.4", .may_show_names = true})}), Positions{1});
}

TEST_F(RefusalMemoryTest, WhatDoesNotDependOnTheContentIsNotRemembered) {
    const std::vector<std::string> paths{(files / "absent").string(), add_bytes("empty", Bytes())};
    EXPECT_EQ(reported(paths), (Positions{1, 2}));
    EXPECT_EQ(reported(paths), (Positions{1, 2}));
}

TEST_F(RefusalMemoryTest, OfOtherConditionsItIsAnother) {
    const std::string named = add("named", {.may_show_names = true});
    const std::string text = add_bytes("text", Bytes(200, 'x'));
    EXPECT_EQ(reported({named, text}), (Positions{1, 2}));
    options.allowed.insert(dicom::PixelText::ultrasound);
    EXPECT_EQ(reported({named, text}), Positions{1});  // what is wrong with the other has nothing to do with it
    EXPECT_EQ(reported({named, text}), Positions());
    options.project = "another";
    EXPECT_EQ(reported({named, text}), (Positions{1, 2}));
}

TEST_F(RefusalMemoryTest, AFileThatIsEncryptedIsForgotten) {
    const std::string named = add("named", {.may_show_names = true});
    EXPECT_EQ(reported({named}), Positions{1});
    EXPECT_EQ(keystore::Refusals(*keystore).list().size(), 1U);
    options.allowed = dicom::PixelTextSet::all();
    EXPECT_EQ(outcome_of(named), encrypted);
    EXPECT_TRUE(keystore::Refusals(*keystore).list().empty());
    // What was encrypted is known, whatever is allowed now.
    options.allowed = {};
    EXPECT_EQ(outcome_of(named), known);
}

}  // namespace
}  // namespace msh::intake
