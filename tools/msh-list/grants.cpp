// Grants given and accepted.
#include "keystore/grants.hpp"

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "cli/listing.hpp"
#include "lists.hpp"
#include "log/note.hpp"
#include "record/grant.hpp"
#include "record/line.hpp"

namespace msh {
namespace {

std::string quoted(const std::string& name, const std::string& value) {
    return ",\"" + name + "\":" + record::json_string(value);
}

std::optional<std::string> end_of(const std::string& note) {
    const auto opened = log::parse_note(note);
    if (!opened) return std::nullopt;
    const record::Statement statement = record::read_statement(opened->text);
    return statement.not_after ? std::optional(to_rfc3339(*statement.not_after)) : std::nullopt;
}

std::string member(const char* name, const std::optional<std::string>& value) {
    return value ? quoted(name, *value) : std::string();
}

}  // namespace

void list_grants(keystore::Keystore& keystore, const ListOptions& /*options*/, cli::Output& output) {
    cli::Listing listing(output, {{"GRANT"}, {"ON"}, {"UNTIL"}, {"STUDIES", true}, {"RECORDS", true}, {"WITH"}});
    keystore::Grants grants(keystore);
    for (const keystore::GivenGrant& grant : grants.list_given()) {
        const auto end = end_of(grant.statement);
        const std::string given = to_rfc3339(grant.given);
        listing.add(R"({"msh":1,"type":"given")" + quoted("grant", to_hex(grant.id)) +
                        quoted("recipient", grant.recipient) + quoted("given", given) + member("not_after", end) +
                        ",\"studies\":" + std::to_string(grant.studies) +
                        ",\"records\":" + std::to_string(grant.records) + "}",
                    {"given", given.substr(0, 10), end.value_or("").substr(0, 10), std::to_string(grant.studies),
                     std::to_string(grant.records), grant.recipient});
    }
    for (const keystore::AcceptedGrant& grant : grants.list_accepted()) {
        const auto end = end_of(grant.statement);
        const std::string accepted = to_rfc3339(grant.accepted);
        listing.add(R"({"msh":1,"type":"accepted")" + quoted("grant", to_hex(grant.id)) +
                        quoted("issuer", grant.issuer) + quoted("accepted", accepted) + member("not_after", end) + "}",
                    {"accepted", accepted.substr(0, 10), end.value_or("").substr(0, 10), "", "", grant.issuer});
    }
    listing.finish();
}

}  // namespace msh
