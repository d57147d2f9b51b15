#include "record/grant.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "json/line.hpp"
#include "json/value.hpp"
#include "json/write.hpp"
#include "record/fields.hpp"

namespace msh::record {
namespace {

constexpr std::string_view secret_begin = ",\"secret\":\"";
constexpr std::string_view secret_end = "\"}";

// Canonical, as all that is signed or hashed here: members in the order of their names.
std::string to_json(const PublicKeys& keys) {
    return json::Object()
        .text("log", keys.log)
        .text("recipient", keys.recipient)
        .text("verifier", keys.verifier)
        .done();
}

PublicKeys keys_from(const json::Line& line, const std::string& prefix) {
    PublicKeys keys;
    keys.recipient = required_text(line, prefix + "recipient");
    keys.verifier = required_text(line, prefix + "verifier");
    keys.log = required_text(line, prefix + "log");
    return keys;
}

// The JSON line of a two-line text with this title.
json::Line titled(std::string_view text, std::string_view title) {
    const std::string first = std::string(title) + "\n";
    if (!text.starts_with(first) || !text.ends_with('\n')) {
        throw Error(ErrorKind::input, "not a signed text of the kind " + std::string(title));
    }
    text.remove_prefix(first.size());
    text.remove_suffix(1);
    return json::Line::parse(std::string(text));
}

// Members that are not known, spelled otherwise or in another order would be signed, and not be read.
void require_canonical(std::string_view text, const std::string& canonical) {
    if (text != canonical) throw Error(ErrorKind::input, "the signed text is not canonical");
}

std::int64_t time_from(const json::Line& line, const std::string& path) {
    const auto seconds = from_rfc3339(required_text(line, path));
    if (!seconds) throw bad_value(path);
    return *seconds;
}

std::vector<Digest> digests_from(const json::Line& line, const std::string& path) {
    std::vector<Digest> out;
    const auto text = line.json_of(path);
    if (!text) return out;
    const auto list = json::Value::parse(*text);
    if (!list || !list->is_list()) throw wrong_type(path);
    for (const json::Value& entry : list->items()) {
        const auto bytes = entry.is_text() ? from_base64(entry.text()) : std::nullopt;
        Digest digest{};
        if (!bytes || bytes->size() != digest.size()) throw bad_value(path);
        std::copy(bytes->begin(), bytes->end(), digest.begin());
        if (!out.empty() && digest <= out.back()) throw bad_value(path);  // each once, ascending
        out.push_back(digest);
    }
    return out;
}

}  // namespace

std::string fingerprint(const PublicKeys& keys) {
    return to_hex(
        crypto::sha256(as_bytes("msh/v1/keys\n" + keys.recipient + "\n" + keys.verifier + "\n" + keys.log + "\n")));
}

std::optional<std::string> read_fingerprint(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
    return array_from_hex<32>(text) ? std::optional(text) : std::nullopt;
}

std::string to_text(const Statement& statement) {
    std::vector<std::string> parents;
    for (const Digest& parent : statement.parents)
        parents.push_back(to_base64(parent));
    json::Object out;
    out.text("grant", to_hex(statement.grant)).json("issuer", to_json(statement.issuer)).number("msh", 1);
    if (statement.not_after) out.text("not_after", to_rfc3339(*statement.not_after));
    out.text("not_before", to_rfc3339(statement.not_before)).text("origin", statement.origin);
    if (!parents.empty()) out.texts("parents", parents);
    out.text("recipient", statement.recipient)
        .text("revocation_salt", to_base64(statement.revocation_salt))
        .text("root", to_base64(statement.root))
        .text("scope", statement.scope)
        .number("studies", statement.studies)
        .text("type", "statement");
    return std::string(statement_title) + "\n" + out.done() + "\n";
}

Statement read_statement(std::string_view text) {
    const json::Line line = titled(text, statement_title);
    require_version(line);
    Statement statement;
    const auto grant = array_from_hex<32>(required_text(line, "grant"));
    if (!grant) throw bad_value("grant");
    statement.grant = *grant;
    statement.issuer = keys_from(line, "issuer.");
    statement.recipient = required_text(line, "recipient");
    statement.scope = required_text(line, "scope");
    if (statement.scope != "studies")
        throw Error(ErrorKind::input, "the grant has a scope that this version does not support");
    statement.not_before = time_from(line, "not_before");
    if (line.has("not_after")) statement.not_after = time_from(line, "not_after");
    statement.parents = digests_from(line, "parents");
    statement.origin = required_text(line, "origin");
    statement.revocation_salt = required_digest(line, "revocation_salt");
    statement.studies = required_number(line, "studies");
    statement.root = required_digest(line, "root");
    require_canonical(text, to_text(statement));
    return statement;
}

std::string grant_line(const std::string& note, const Anchor& anchor) {
    return json::Object()
        .number("msh", 1)
        .text("type", "grant")
        .text("statement", note)
        .json("anchor", to_json(anchor))
        .done();
}

GrantLine read_grant_line(std::string_view json) {
    const json::Line line = json::Line::parse(std::string(json));
    require_version(line);
    if (line.text_of("type") != "grant") throw Error(ErrorKind::input, "not a grant");
    auto anchor = read_anchor(line);
    if (!anchor || !anchor->proof) throw missing("anchor.proof");
    return {required_text(line, "statement"), std::move(*anchor)};
}

std::string study_text(const GrantedStudy& study) {
    return json::Object()
        .number("epoch", study.epoch)
        .text("id", to_hex(study.id))
        .text("kc", to_base64(study.kc))
        .number("records", study.records)
        .text("root", to_base64(study.root))
        .done();
}

SecretBytes to_json(const GrantedStudy& study, const Key& secret) {
    const std::string open = "{\"msh\":1,\"type\":\"study\",\"id\":\"" + to_hex(study.id) +
                             "\",\"epoch\":" + std::to_string(study.epoch) + ",\"kc\":\"" + to_base64(study.kc) +
                             "\",\"records\":" + std::to_string(study.records) + ",\"root\":\"" +
                             to_base64(study.root) + "\"" + std::string(secret_begin);
    std::string coded = to_base64(secret.view());
    SecretBytes out;
    out.reserve(open.size() + coded.size() + secret_end.size());
    for (const std::string_view part : {std::string_view(open), std::string_view(coded), secret_end}) {
        out.insert(out.end(), part.begin(), part.end());
    }
    wipe(coded.data(), coded.size());
    return out;
}

StudyLine read_study(ByteView json) {
    // The secret stands at the very end, so that it can be cut off before the text goes through a parser whose memory
    // is not wiped.
    constexpr std::size_t coded_size = 44;
    constexpr std::size_t tail_size = secret_begin.size() + coded_size + secret_end.size();
    const std::string_view text = as_text(json);
    if (text.size() < tail_size) throw missing("secret");
    const std::string_view tail = text.substr(text.size() - tail_size);
    if (!tail.starts_with(secret_begin) || !tail.ends_with(secret_end)) throw missing("secret");
    StudyLine out;
    const auto secret = secret_from_base64(tail.substr(secret_begin.size(), coded_size));
    if (!secret || secret->size() != out.secret.view().size()) throw bad_value("secret");
    std::copy(secret->begin(), secret->end(), out.secret.writable().begin());

    const json::Line line = json::Line::parse(std::string(text.substr(0, text.size() - tail_size)) + "}");
    require_version(line);
    if (line.has("secret")) throw Error(ErrorKind::input, "duplicate member");
    if (line.text_of("type") != "study") throw Error(ErrorKind::input, "not a study's line");
    out.study.id = required_id(line, "id");
    out.study.epoch = required_number(line, "epoch");
    out.study.kc = required_digest(line, "kc");
    out.study.records = required_number(line, "records");
    out.study.root = required_digest(line, "root");
    return out;
}

std::string committed_text_of_grant(const Digest& statement_hash) {
    return R"({"msh":1,"statement_sha256":")" + to_base64(statement_hash) + R"(","type":"grant"})";
}

std::string card_text(const PublicKeys& keys) {
    return std::string(card_title) + "\n" + to_json(keys) + "\n";
}

PublicKeys read_card(std::string_view text) {
    PublicKeys keys = keys_from(titled(text, card_title), "");
    require_canonical(text, card_text(keys));
    return keys;
}

}  // namespace msh::record
