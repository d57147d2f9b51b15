// A grant: a signed statement that a recipient may open some studies, and beside it what it takes to do so. The grant
// file is an age file to the one recipient; its plaintext is NDJSON:
//
//     {"msh":1,"type":"grant","statement":"<signed note>","anchor":{...}}
//     {"msh":1,"type":"study","id":"<32 hex>","epoch":N,"kc":"<base64>","records":N,"root":"<base64>",
//      "secret":"<base64>"}
//     {"msh":1,"type":"object",...}           the study's records, `records` of them
//     {"msh":1,"type":"study",...}            the next study
//
// The statement is a signed note (C2SP signed-note) of two lines and the issuer's signature:
//
//     msh/v1/grant
//     {canonical JSON of the members of Statement}
//
// It commits to the studies by `studies` (how many) and `root`: the RFC 9162 root over one leaf a study, in file order,
// whose data is study_text(): canonical JSON of everything in the study's line but msh, type and secret. The study's
// own root is over its records' leaf data, in file order. So a statement has one size however much it grants, file and
// statement can be checked while they stream, and a recipient can show the statement, and any one study of it, without
// giving a secret away.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "record/object.hpp"

namespace msh::record {

// The public keys of a custodian, by which others know it.
struct PublicKeys {
    std::string recipient;  // age1...
    std::string verifier;   // of statements: a C2SP verifier key
    std::string log;        // of the log's checkpoints: a C2SP verifier key
    bool operator==(const PublicKeys&) const = default;
};

// What two people compare: hex SHA-256 of the three lines, each ended by a newline, behind "msh/v1/keys\n".
[[nodiscard]] std::string fingerprint(const PublicKeys& keys);

// As fingerprint() spells it, of a text in which it may be in upper case; nothing for anything else.
[[nodiscard]] std::optional<std::string> read_fingerprint(std::string text);

struct Statement {
    Digest grant{};  // a random id
    PublicKeys issuer;
    std::string recipient;  // age1...
    std::string scope = "studies";
    std::int64_t not_before = 0;
    std::optional<std::int64_t> not_after;
    std::vector<Digest> parents;  // SHA-256 of the statements by which the issuer came by what it grants on
    std::string origin;           // of the issuer's log
    Digest revocation_salt{};
    std::uint64_t studies = 0;
    Digest root{};
};

inline constexpr std::string_view statement_title = "msh/v1/grant";

// The text that is signed.
[[nodiscard]] std::string to_text(const Statement& statement);
// Throws Error (input), also for a text that is not what to_text() gives, and for parents that do not ascend.
[[nodiscard]] Statement read_statement(std::string_view text);

// The first line of a grant.
[[nodiscard]] std::string grant_line(const std::string& note, const Anchor& anchor);
struct GrantLine {
    std::string statement;  // a signed note
    Anchor anchor;          // of the statement, with its proof
};
// Throws Error (input).
[[nodiscard]] GrantLine read_grant_line(std::string_view json);

struct GrantedStudy {
    Id id{};
    std::uint64_t epoch = 1;
    Digest kc{};  // crypto::study_commitment
    std::uint64_t records = 0;
    Digest root{};
};

// A study's leaf data in the statement's tree.
[[nodiscard]] std::string study_text(const GrantedStudy& study);
[[nodiscard]] SecretBytes to_json(const GrantedStudy& study, const Key& secret);

struct StudyLine {
    GrantedStudy study;
    Key secret;
};
// The secret must be the last member, as to_json writes it. Throws Error (input).
[[nodiscard]] StudyLine read_study(ByteView json);

// What the leaf of a grant commits to: {"msh":1,"statement_sha256":"<base64>","type":"grant"}.
[[nodiscard]] std::string committed_text_of_grant(const Digest& statement_hash);

// A card: someone's public keys, signed by themselves; a signed note of
//     msh/v1/card
//     {canonical JSON of the three keys}
inline constexpr std::string_view card_title = "msh/v1/card";
[[nodiscard]] std::string card_text(const PublicKeys& keys);
// Throws Error (input), also for a text that is not what card_text() gives.
[[nodiscard]] PublicKeys read_card(std::string_view text);

}  // namespace msh::record
