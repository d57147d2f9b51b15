#include "granting/grant_scope.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "custodian/opening.hpp"
#include "unit/granting/support.hpp"

namespace msh::granting::test {
namespace {

using Disclosed = GrantScope::Disclosed;

class GrantScopeTest : public GrantingTest {
  protected:
    GrantScope scope_of(const std::vector<record::Object>& records, Disclosed disclosed = Disclosed::secrets) {
        GrantScope scope(*issuer.keystore, disclosed, issuer.program);
        custodian::Opener opener(*issuer.keystore);
        for (const record::Object& record : records) {
            const auto known = opener.open_object(record);
            scope.add(known->record, known->study);
        }
        return scope;
    }
    // The message where more is disclosed than the limits allow; empty where it is not.
    static std::string refusal(GrantScope scope, const ScopeLimits& limits = {}) {
        try {
            scope.require_within(limits);
            return {};
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::refused);
            return error.what();
        }
    }
    static ScopeLimits patients(std::uint64_t number) { return {false, number, false, false}; }
};

TEST_F(GrantScopeTest, IsOfOnePatientUnlessTheNumberIsSaid) {
    const auto one = issuer.add_object();
    const auto same = issuer.add_object({.study = 2});
    const auto other = issuer.add_object({.study = 3, .patient = "4712"});
    EXPECT_EQ(refusal(scope_of({one, same})), "");
    EXPECT_EQ(refusal(scope_of({one, same}), patients(1)), "");
    EXPECT_EQ(refusal(scope_of({one, same}), patients(2)),
              "the studies of the records are not of as many patients as --patients says");
    EXPECT_EQ(refusal(scope_of({one, other})), "the studies of the records are of more than one patient");
    EXPECT_EQ(refusal(scope_of({one, other}), patients(2)), "");
    EXPECT_EQ(refusal(scope_of({one, other}), {.is_any_patient = true}), "");
}

// A study that was merged wrongly: its secret opens the other patient's object as well, an age file does not.
TEST_F(GrantScopeTest, CountsThePatientsOfAllThatTheSecretsOpen) {
    const auto given = issuer.add_object();
    const auto kept = issuer.add_object({.patient = "4712"});
    ASSERT_EQ(given.study, kept.study);
    EXPECT_EQ(refusal(scope_of({given})), "the studies of the records are of more than one patient");
    EXPECT_EQ(refusal(scope_of({given}), patients(2)), "");
    EXPECT_EQ(refusal(scope_of({given}, Disclosed::objects)), "");
    EXPECT_EQ(refusal(scope_of({given, kept}, Disclosed::objects)), "the records are of more than one patient");
}

TEST_F(GrantScopeTest, AnObjectWhoseBoxCannotBeOpenedIsOfAPatientOfItsOwn) {
    const auto record = issuer.add_object();
    const auto known = custodian::Opener(*issuer.keystore).open_object(record);
    record::Object damaged = known->record;
    damaged.sealed->back() ^= 1;
    GrantScope scope(*issuer.keystore, Disclosed::objects, issuer.program);
    scope.add(known->record, known->study);
    scope.add(damaged, known->study);
    EXPECT_EQ(refusal(std::move(scope)), "the records are of more than one patient");
}

TEST_F(GrantScopeTest, ProjectsAndProfilesGoTogetherOnlyWhenAskedFor) {
    const auto one = issuer.add_object();
    const auto project = issuer.add_object({.study = 2, .project = "other"});
    const auto profile = issuer.add_object({.study = 3, .profile = "identified"});
    EXPECT_EQ(refusal(scope_of({one, project})), "the records are of several projects");
    EXPECT_EQ(refusal(scope_of({one, project}), {.across_projects = true}), "");
    EXPECT_EQ(refusal(scope_of({one, profile})), "the records are of several profiles");
    EXPECT_EQ(refusal(scope_of({one, profile}), {.across_projects = true}), "the records are of several profiles");
    EXPECT_EQ(refusal(scope_of({one, profile}), {.across_profiles = true}), "");
}

TEST_F(GrantScopeTest, EachReceivedStudyIsAPatient) {
    const auto record = issuer.add_object();
    record::Object second = record;
    second.study[0] ^= 1;
    custodian::OpenStudy study;
    study.issuer = "fp-a";
    GrantScope scope(*issuer.keystore, Disclosed::secrets, issuer.program);
    scope.add(record, study);
    scope.add(record, study);
    scope.require_within(patients(1));
    scope.add(second, study);
    const Error error = error_of([&] { scope.require_within({}); });
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_TRUE(error.hint().starts_with("each received study counts as one patient"));
    scope.require_within(patients(2));
    study.issuer = "fp-b";  // one id of two issuers: two studies
    scope.add(second, study);
    scope.require_within(patients(3));
}

TEST_F(GrantScopeTest, NotesNamesOfPatients) {
    scope_of({issuer.add_object()}).note_names();
    EXPECT_TRUE(issuer.program.messages.empty());
    scope_of({issuer.add_object({.study = 2, .profile = "identified"})}).note_names();
    ASSERT_EQ(issuer.program.messages.size(), 1u);
    EXPECT_EQ(issuer.program.messages[0],
              "note: 1 study is of profile 'identified': its objects hold names of patients");
}

TEST_F(GrantScopeTest, ASignalEndsTheCount) {
    GrantScope scope = scope_of({issuer.add_object()});
    issuer.program.signalled = true;
    EXPECT_THROW(scope.require_within({}), msh::test::FakeProgram::Stopped);
}

}  // namespace
}  // namespace msh::granting::test
