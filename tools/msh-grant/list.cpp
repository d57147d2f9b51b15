#include "list.hpp"

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "keystore/grants.hpp"
#include "log/note.hpp"
#include "record/grant.hpp"

namespace msh {
namespace {

std::string quoted(const std::string& name, const std::string& value) {
    return ",\"" + name + "\":" + record::json_string(value);
}

std::string not_after(const std::string& note) {
    const auto opened = log::parse_note(note);
    if (!opened) return {};
    const record::Statement statement = record::read_statement(opened->text);
    return statement.not_after ? quoted("not_after", to_rfc3339(*statement.not_after)) : std::string();
}

}  // namespace

void list_grants(keystore::Keystore& keystore, cli::Output& output) {
    keystore::Grants grants(keystore);
    for (const keystore::GivenGrant& grant : grants.list_given()) {
        output.put_line(R"({"msh":1,"type":"given")" + quoted("grant", to_hex(grant.id)) +
                        quoted("recipient", grant.recipient) + quoted("given", to_rfc3339(grant.given)) +
                        not_after(grant.statement) + ",\"studies\":" + std::to_string(grant.studies) +
                        ",\"records\":" + std::to_string(grant.records) + "}");
    }
    for (const keystore::AcceptedGrant& grant : grants.list_accepted()) {
        output.put_line(R"({"msh":1,"type":"accepted")" + quoted("grant", to_hex(grant.id)) +
                        quoted("issuer", grant.issuer) + quoted("accepted", to_rfc3339(grant.accepted)) +
                        not_after(grant.statement) + "}");
    }
}

}  // namespace msh
