#include "logs.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/heads.hpp"
#include "keystore/issuers.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t largest_checkpoint = std::size_t{64} << 10;

// The first line, which names the log; what it is worth shows when the signature is checked.
std::string claimed_origin(const fs::path& folder) {
    const auto note = read_file(folder / "checkpoint", largest_checkpoint);
    if (!note) throw Error(ErrorKind::failed, "there is no log in '" + folder.string() + "'");
    const std::string_view text = as_text(*note);
    return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

Logs::Logs(const custodian::Home& home, keystore::Keystore* keystore) : home_(home), keystore_(keystore) {
    if (keystore_ == nullptr) return;
    keys_.push_back(custodian::log_key(*keystore_));
    for (const keystore::Issuer& issuer : keystore::Issuers(*keystore_).list()) {
        if (const auto key = log::parse_verifier_key(issuer.log_key)) keys_.push_back(*key);
    }
}

void Logs::add_key(const std::string& text) {
    const auto key = log::parse_verifier_key(text);
    if (!key) throw Error(ErrorKind::usage, "--log-key needs a verifier key, as 'msh-key show --verifier' prints it");
    keys_.insert(keys_.begin(), *key);
}

const log::VerifierKey* Logs::key_of(const std::string& origin) const {
    for (const log::VerifierKey& key : keys_) {
        if (key.name == origin) return &key;
    }
    return nullptr;
}

void Logs::add_own() {
    if (has_own_ || keystore_ == nullptr || !fs::exists(home_.log() / "checkpoint")) return;
    add_folder(home_.log());
    has_own_ = true;
}

void Logs::add_folder(const fs::path& folder) {
    const std::string origin = claimed_origin(folder);
    const log::VerifierKey* key = key_of(origin);
    if (key == nullptr) {
        throw Error(ErrorKind::failed, "the key of the log in '" + folder.string() + "' is not known",
                    "give it with --log-key, or accept a grant of its owner");
    }
    logs_[origin] = open(folder, *key);
}

Logs::OpenLog Logs::open(const fs::path& folder, const log::VerifierKey& key) {
    OpenLog log{folder, std::make_unique<log::Reader>(folder, log::Trust{key, {}}, ErrorKind::failed)};
    if (keystore_ != nullptr) {
        keystore::Heads heads(*keystore_);
        const auto seen = heads.log(key.name);
        log.forked = seen && !log.reader->extends({key.name, seen->size, seen->root});
        if (!log.forked) (void)heads.see_log(key.name, {log.reader->size(), log.reader->checkpoint().root});
    }
    return log;
}

// A log that another program of the pipeline writes has grown since it was opened.
void Logs::catch_up(OpenLog& log, const record::Object& object) {
    if (object.anchor->index < log.reader->size()) return;
    if (const auto* key = key_of(object.anchor->origin)) log = open(log.folder, *key);
}

Logs::OpenLog* Logs::find(const record::Object& object) {
    const auto found = logs_.find(object.anchor->origin);
    return found == logs_.end() ? nullptr : &found->second;
}

void Logs::check(const record::Object& object, record::Verdict& verdict) {
    verdict.log = "not-anchored";
    if (!object.anchor || !object.payload.cid) return;
    verdict.origin = object.anchor->origin;
    const Digest leaf = custodian::leaf_data(object);
    const auto carried = check_carried_proof(object, leaf, verdict);
    OpenLog* log = find(object);
    if (log == nullptr) {
        verdict.log = carried.value_or("unknown-log");
        return;
    }
    catch_up(*log, object);
    verdict.log = carried == "bad-proof" ? *carried : check_in(*log, object, leaf);
    verdict.size = log->reader->size();
    verdict.witnesses = log->reader->checkpoint().cosignatures.size();
}

std::string Logs::check_in(OpenLog& log, const record::Object& object, const Digest& leaf) {
    if (log.forked) return "forked";
    try {
        return log.reader->contains(object.anchor->index, leaf) ? "included" : "not-included";
    } catch (const Error&) {
        return "damaged";
    }
}

// Nothing where the record carries no proof, or the log's key is not known.
std::optional<std::string> Logs::check_carried_proof(const record::Object& object, const Digest& leaf,
                                                     record::Verdict& verdict) {
    const log::VerifierKey* key = key_of(object.anchor->origin);
    if (!object.anchor->proof || key == nullptr) return std::nullopt;
    auto& verifier = proofs_[object.anchor->origin];
    if (!verifier) verifier = std::make_unique<log::ProofVerifier>(log::Trust{*key, {}});
    const auto result = verifier->verify(as_text(*object.anchor->proof), leaf);
    const auto* verified = std::get_if<log::VerifiedProof>(&result);
    if (verified == nullptr || verified->index != object.anchor->index) return "bad-proof";
    verdict.size = verified->checkpoint.size;
    verdict.witnesses = verified->checkpoint.cosignatures.size();
    return "included";
}

std::optional<std::string> Logs::proof(const record::Object& object) {
    OpenLog* log = object.anchor ? find(object) : nullptr;
    if (log != nullptr) return log->reader->proof(object.anchor->index);
    if (object.anchor && object.anchor->proof) return std::string(as_text(*object.anchor->proof));
    return std::nullopt;
}

bool Logs::without_witness() const {
    for (const auto& [origin, log] : logs_) {
        if (!log.reader->checkpoint().cosignatures.empty()) return false;
    }
    return true;
}

}  // namespace msh
