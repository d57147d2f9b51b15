#include "logs.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/issuers.hpp"
#include "log/checkpoint.hpp"
#include "log_files.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

using Whose = WatchedLog::Whose;

bool is_url(const std::string& place) {
    return place.starts_with("http://") || place.starts_with("https://");
}

std::string in(const std::string& place) {
    return is_url(place) ? "at " + http::host_of(place) : "in '" + place + "'";
}

void tell_checkpoint(record::Verdict& verdict, const log::SignedCheckpoint& checkpoint) {
    verdict.size = checkpoint.size;
    verdict.witnesses = checkpoint.cosignatures.size();
}

}  // namespace

Logs::Logs(const custodian::Home& home, keystore::Keystore* keystore) : home_(home), keystore_(keystore) {
    if (keystore_ == nullptr) return;
    own_ = custodian::log_key(*keystore_);
    for (const keystore::Issuer& issuer : keystore::Issuers(*keystore_).list()) {
        if (const auto key = log::parse_verifier_key(issuer.log_key)) pinned_.push_back(*key);
    }
}

void Logs::add_key(const std::string& text) {
    const auto key = log::parse_verifier_key(text);
    if (!key) throw Error(ErrorKind::usage, "--log-key needs a verifier key, as 'msh-key show --verifier' prints it");
    given_.push_back(*key);
}

std::vector<log::VerifierKey> Logs::keys_of(std::string_view name) const {
    std::vector<log::VerifierKey> keys;
    const auto has_name = [&](const log::VerifierKey& key) { return key.name == name; };
    std::copy_if(given_.begin(), given_.end(), std::back_inserter(keys), has_name);
    if (own_ && has_name(*own_)) keys.push_back(*own_);
    if (keys.empty()) std::copy_if(pinned_.begin(), pinned_.end(), std::back_inserter(keys), has_name);
    return keys;
}

void Logs::add_own() {
    if (has_own_ || !own_) return;
    // The head first: it is noted after the checkpoint is in the folder.
    const auto head = keystore::Heads(*keystore_).newest(own_->text());
    own_signed_.reset();
    if (!fs::exists(home_.log() / "checkpoint")) {
        if (head) own_signed_ = head->size;
        return;
    }
    open(log::TileFolder(home_.log(), ErrorKind::failed), *own_, Whose::own_place);
    has_own_ = true;
}

void Logs::add(const std::string& place, const Client& client) {
    const log::TileFolder files(is_url(place) ? files_at(place, client()) : log::files_in(place, ErrorKind::failed),
                                ErrorKind::failed);
    const auto note = files.checkpoint();
    if (!note) throw Error(ErrorKind::failed, "no log found " + in(place));
    const std::vector<log::VerifierKey> keys = keys_of(std::string_view(*note).substr(0, note->find('\n')));
    if (keys.empty()) {
        throw Error(ErrorKind::failed, "the key of the log " + in(place) + " is not known",
                    "give it with --log-key, or accept a grant from its owner");
    }
    const auto signer = std::find_if(keys.begin(), keys.end(), [&](const log::VerifierKey& key) {
        return std::holds_alternative<log::SignedCheckpoint>(log::verify_checkpoint(*note, {key, {}}));
    });
    const log::VerifierKey& key = signer == keys.end() ? keys.front() : *signer;  // which says what is wrong with it
    open(files, key, whose(place, key));
}

Whose Logs::whose(const std::string& place, const log::VerifierKey& key) const {
    if (key != own_) return Whose::others;
    std::error_code ignored;
    return !is_url(place) && fs::equivalent(place, home_.log(), ignored) ? Whose::own_place : Whose::own;
}

void Logs::open(const log::TileFolder& files, const log::VerifierKey& key, Whose whose) {
    logs_.insert_or_assign(key.text(), WatchedLog(files, key, keystore_, whose));
}

void Logs::begin_batch() {
    for (auto& [key, log] : logs_)
        log.begin_batch();
}

void Logs::check(const record::Object& object, record::Verdict& verdict) {
    verdict.log = "not-anchored";
    if (!object.anchor || !object.payload.cid) return;
    verdict.origin = object.anchor->origin;
    const Digest leaf = custodian::leaf_data(object);
    const std::vector<log::VerifierKey> keys = keys_of(object.anchor->origin);
    const auto proved = verify_carried(*object.anchor, leaf, keys);
    if (proved) return check_proved(*proved, *object.anchor, leaf, verdict);
    check_folders(*object.anchor, leaf, verdict);
    if (object.anchor->proof && !keys.empty()) verdict.log = "bad-proof";
}

Logs::Proofs& Logs::proofs_under(const log::VerifierKey& key) {
    const auto found = proofs_.find(key.text());
    if (found != proofs_.end()) return found->second;
    Proofs proofs{log::ProofVerifier({key, {}}), {}};
    if (keystore_ != nullptr) proofs.seen = keystore::Heads(*keystore_).log(key.text());
    return proofs_.emplace(key.text(), std::move(proofs)).first->second;
}

// Nothing where the record carries no proof, or none that holds under one of these keys.
std::optional<Logs::Proved> Logs::verify_carried(const record::Anchor& anchor, const Digest& leaf,
                                                 const std::vector<log::VerifierKey>& keys) {
    if (!anchor.proof) return std::nullopt;
    for (const log::VerifierKey& key : keys) {
        Proofs& proofs = proofs_under(key);
        const auto result = proofs.verifier.verify(as_text(*anchor.proof), leaf);
        const auto* verified = std::get_if<log::VerifiedProof>(&result);
        if (verified == nullptr || verified->index != anchor.index) continue;
        const log::SignedCheckpoint& checkpoint = verified->checkpoint;
        const bool contradicted = std::any_of(proofs.seen.begin(), proofs.seen.end(), [&](const auto& head) {
            return head.size == checkpoint.size && head.root != checkpoint.root;
        });
        return Proved{key.text(), checkpoint, contradicted};
    }
    return std::nullopt;
}

void Logs::check_proved(const Proved& proved, const record::Anchor& anchor, const Digest& leaf,
                        record::Verdict& verdict) {
    tell_checkpoint(verdict, proved.checkpoint);
    verdict.log = proved.contradicted ? "forked" : "included";
    const auto log = logs_.find(proved.key);
    if (proved.contradicted) return;
    if (own_signed_ && proved.key == own_->text()) return tell_taken_back(verdict);
    if (log == logs_.end()) return;
    verdict.log = log->second.check(anchor.index, leaf, proved.checkpoint);
    verdict.seen = log->second.seen();
    if (anchor.index < log->second.checkpoint().size) tell_checkpoint(verdict, log->second.checkpoint());
}

void Logs::tell_taken_back(record::Verdict& verdict) const {
    verdict.log = "taken-back";
    verdict.seen = own_signed_;
}

// Of several logs of one name, the one that the leaf is in.
void Logs::check_folders(const record::Anchor& anchor, const Digest& leaf, record::Verdict& verdict) {
    verdict.log = "unknown-log";
    if (own_signed_ && anchor.origin == own_->name) tell_taken_back(verdict);
    for (auto& [key, log] : logs_) {
        if (log.key().name != anchor.origin || verdict.log == "included") continue;
        const std::string found = log.check(anchor.index, leaf);
        if (verdict.log != "unknown-log" && found != "included") continue;
        verdict.log = found;
        verdict.seen = log.seen();
        tell_checkpoint(verdict, log.checkpoint());
    }
}

std::optional<std::string> Logs::proof(const record::Object& object) {
    if (!object.anchor) return std::nullopt;
    const Digest leaf = custodian::leaf_data(object);
    for (auto& [key, log] : logs_) {
        if (log.key().name != object.anchor->origin) continue;
        if (auto proof = log.proof(object.anchor->index, leaf)) return proof;
    }
    if (object.anchor->proof) return std::string(as_text(*object.anchor->proof));
    return std::nullopt;
}

bool Logs::without_witness() const {
    return std::all_of(logs_.begin(), logs_.end(),
                       [](const auto& log) { return log.second.checkpoint().cosignatures.empty(); });
}

std::vector<std::string> Logs::lagging() const {
    std::vector<std::string> names;
    for (const auto& [key, log] : logs_) {
        if (log.seen()) names.push_back(log.key().name);
    }
    return names;
}

}  // namespace msh
