// Grants that are not what their statements say, line by line.
#include "granting/grant_reader.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "custodian/custodian.hpp"
#include "json/line.hpp"
#include "keystore/identities.hpp"
#include "keystore/issuers.hpp"
#include "keystore/objects.hpp"
#include "log/note.hpp"
#include "unit/granting/support.hpp"

namespace msh::granting::test {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

class GrantReaderTest : public GrantingTest {
  protected:
    Lines lines_by(Custodian& by, const std::vector<record::Object>& records, GrantTerms terms = {}) {
        return recipient.lines_of(by.grant(records, recipient, folder.path() / "one.grant", std::move(terms)));
    }
    Lines lines(const GrantTerms& terms = {}) {
        return lines_by(issuer, {issuer.add_object(), issuer.add_object()}, terms);
    }
    static void read(Custodian& by, const Lines& lines) {
        GrantReader reader(*by.keystore, [](const std::string&, bool) { return true; });
        for (const std::string& line : lines)
            reader.take(as_bytes(line));
        reader.finish();
    }
    // The message of the refusal, after which nothing of the grant may be left.
    std::string refusal(const Lines& lines, ErrorKind kind = ErrorKind::input) {
        const auto before = recipient.accepted();
        const auto pinned = keystore::Issuers(*recipient.keystore).list();
        const Error error = error_of([&] { read(recipient, lines); });
        EXPECT_EQ(error.kind(), kind) << error.what();
        EXPECT_EQ(recipient.accepted(), before);
        EXPECT_EQ(keystore::Issuers(*recipient.keystore).list(), pinned);
        return error.what();
    }
    static std::string changed(const std::string& line, const std::string& member, const std::string& json) {
        json::Line changed = json::Line::parse(line);
        changed.set(member, json);
        return changed.text();
    }
    static std::string contradiction(const std::string& what) {
        return "the grant does not match its statement: " + what;
    }
};

TEST_F(GrantReaderTest, TakesWhatItsStatementSays) {
    read(recipient, lines());
    EXPECT_EQ(recipient.accepted().at(0).records, 2u);
    EXPECT_EQ(refusal({}), "the grant is empty");
}

TEST_F(GrantReaderTest, AsksAboutItsIssuer) {
    const Lines grant = lines();
    std::string asked;
    bool was_pinned = true;
    GrantReader reader(*recipient.keystore, [&](const std::string& fingerprint, bool pinned) {
        asked = fingerprint;
        was_pinned = pinned;
        return false;
    });
    const Error error = error_of([&] { reader.take(as_bytes(grant[0])); });
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_NE(error.hint().find(issuer.fingerprint()), std::string::npos);
    EXPECT_EQ(asked, issuer.fingerprint());
    EXPECT_FALSE(was_pinned);
    read(recipient, grant);
    GrantReader again(*recipient.keystore, [&](const std::string&, bool pinned) { return was_pinned = pinned; });
    again.take(as_bytes(grant[0]));
    EXPECT_TRUE(was_pinned);
}

TEST_F(GrantReaderTest, AStatementMustBeSignedByItsIssuer) {
    Lines grant = lines();
    const record::GrantLine first = record::read_grant_line(grant[0]);
    const std::string text = log::parse_note(first.statement)->text;
    Custodian other(folder.path() / "other", "other.example/log");
    const Key seed = keystore::Identities(*other.keystore).private_key(keystore::Identity::statement);
    const std::string forged = log::Signer(custodian::statement_key_name(), seed).sign(text);
    grant[0] = record::grant_line(forged, first.anchor);
    EXPECT_EQ(refusal(grant), "the grant's statement is not signed by its issuer");
}

TEST_F(GrantReaderTest, AStatementMustBeInTheIssuersLog) {
    Lines grant = lines();
    const Lines other = lines_by(issuer, {issuer.add_object()});
    const record::GrantLine first = record::read_grant_line(grant[0]);
    grant[0] = record::grant_line(first.statement, record::read_grant_line(other[0]).anchor);
    EXPECT_EQ(refusal(grant), contradiction("its own entry in the log"));
    record::Anchor anchor = first.anchor;
    anchor.proof.reset();
    grant[0] = record::grant_line(first.statement, anchor);
    EXPECT_THROW(read(recipient, grant), Error);
}

TEST_F(GrantReaderTest, AStatementIsForOneRecipientAndUntilItsEnd) {
    Custodian third(folder.path() / "third", "third.example/log");
    const Error error = error_of([&] { read(third, lines()); });
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_EQ(std::string(error.what()), "the grant's statement is for another recipient");
    GrantTerms over;
    over.not_after = seconds_now() - 1;
    EXPECT_EQ(refusal(lines(over), ErrorKind::refused), "the grant has expired");
}

// Whoever was granted studies cannot grant them on under the statement by which they came.
TEST_F(GrantReaderTest, AStatementDoesNotServeForOtherStudies) {
    Lines grant = lines();
    const Lines other = lines_by(issuer, {issuer.add_object({.study = 2})});
    EXPECT_EQ(refusal({grant[0], other[1], other[2]}), contradiction("its studies"));
    EXPECT_EQ(refusal({grant[0], grant[1], grant[2], other[2]}), contradiction("a record of another study"));
    EXPECT_EQ(refusal({grant[0], grant[1], grant[2]}), contradiction("a study's records"));
    EXPECT_EQ(refusal({grant[0], grant[1], grant[3], grant[2]}), contradiction("a study's records"));
    EXPECT_EQ(refusal({grant[0], grant[1], grant[2], grant[3], grant[1], grant[2], grant[3]}),
              contradiction("a study twice"));
    EXPECT_EQ(refusal({grant[0]}), contradiction("its studies"));
}

TEST_F(GrantReaderTest, RecordsMustBeThoseThatWereSignedOver) {
    const Lines grant = lines();
    const auto with = [&](const std::string& member, const std::string& json) {
        return Lines{grant[0], grant[1], changed(grant[2], member, json), grant[3]};
    };
    EXPECT_EQ(refusal(with("payload.size", "7")), contradiction("a record's proof"));
    EXPECT_EQ(refusal(with("payload.path", "\"/etc/hostname\"")),
              contradiction("a record with parts that are not granted"));
    EXPECT_EQ(refusal(with("kc", std::string(json::Line::parse(grant[3]).json_of("kc").value()))),
              contradiction("a record's kc"));
}

TEST_F(GrantReaderTest, ALogNameIsOfOneKey) {
    read(recipient, lines());
    Custodian second(folder.path() / "second", "issuer.example/log");
    EXPECT_EQ(refusal(lines_by(second, {second.add_object()}), ErrorKind::refused),
              "the issuer's log has the name of another issuer's log and another key");
    Custodian namesake(folder.path() / "namesake", "recipient.example/log");
    EXPECT_EQ(refusal(lines_by(namesake, {namesake.add_object()}), ErrorKind::refused),
              "the issuer's log has the name of your own log but another key");
}

TEST_F(GrantReaderTest, OnesOwnGrantToOneselfAddsNothingToTheLogsHeads) {
    const auto record = recipient.add_object();
    read(recipient, lines_by(recipient, {record}));
    EXPECT_EQ(recipient.accepted().size(), 1u);
    EXPECT_EQ(keystore::Objects(*recipient.keystore).get(record.id)->sealed, record.sealed);
}

}  // namespace
}  // namespace msh::granting::test
