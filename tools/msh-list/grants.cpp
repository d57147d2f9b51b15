// Grants given and accepted.
#include "keystore/grants.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "cli/listing.hpp"
#include "json/write.hpp"
#include "lists.hpp"
#include "log/note.hpp"
#include "record/grant.hpp"

namespace msh {
namespace {

std::string end_of(const std::optional<std::int64_t>& last_second) {
    return last_second ? cli::end_cell(*last_second) : "-";
}

// What the signed statement says, so that it does not change when a study is shredded; no more do the records.
std::uint64_t studies_of(const keystore::AcceptedContents& accepted) {
    const auto note = log::parse_note(accepted.grant.statement);
    return note ? record::read_statement(note->text).studies : accepted.studies;
}

}  // namespace

void list_grants(keystore::Keystore& keystore, const ListOptions& options, cli::Output& output) {
    cli::Listing listing(
        output, {{"GRANT"}, {"ON"}, {"UNTIL"}, {"STUDIES", true}, {"RECORDS", true}, {"WITH"}, {"LABEL", false, ""}});
    keystore::Grants grants(keystore);
    grants.for_each_given([&](const keystore::GivenGrant& grant) {
        const std::string given = to_rfc3339(grant.given);
        const auto label = options.show ? grants.label_of(grant.id) : std::nullopt;
        const bool is_age = !grant.statement;
        json::Object line;
        line.number("msh", 1)
            .text("type", "given")
            .text("grant", to_hex(grant.id))
            .text("kind", is_age ? "age" : "grant")
            .text("recipient", grant.recipient)
            .text_if("fingerprint", grant.fingerprint)
            .text("given", given)
            .text_if("not_after", to_rfc3339(grant.not_after))
            .number("studies", grant.studies)
            .number("records", grant.records)
            .text_if("label", label);
        listing.add(line.done(), {is_age ? "as age" : "given", given.substr(0, 10), end_of(grant.not_after),
                                  std::to_string(grant.studies), std::to_string(grant.records),
                                  grant.fingerprint.value_or(grant.recipient), label.value_or("")});
    });
    grants.for_each_accepted([&](const keystore::AcceptedContents& contents) {
        const keystore::AcceptedGrant& grant = contents.grant;
        const std::uint64_t studies = studies_of(contents);
        const std::string accepted = to_rfc3339(grant.accepted);
        json::Object line;
        line.number("msh", 1)
            .text("type", "accepted")
            .text("grant", to_hex(grant.id))
            .text("issuer", grant.issuer)
            .text("accepted", accepted)
            .text_if("not_after", to_rfc3339(grant.not_after))
            .number("studies", studies)
            .number("records", contents.records);
        listing.add(line.done(), {"accepted", accepted.substr(0, 10), end_of(grant.not_after), std::to_string(studies),
                                  std::to_string(contents.records), grant.issuer, ""});
    });
    listing.finish();
}

}  // namespace msh
