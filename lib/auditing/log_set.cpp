#include "auditing/log_set.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "custodian/anchoring.hpp"
#include "http/url.hpp"
#include "keystore/heads.hpp"
#include "log/checkpoint.hpp"

namespace msh::auditing {
namespace fs = std::filesystem;
namespace {

std::string in(const std::string& place) {
    return http::is_url(place) ? "at " + http::host_of(place) : "in '" + place + "'";
}

void set_checkpoint(record::Verdict& verdict, const log::SignedCheckpoint& checkpoint) {
    verdict.size = checkpoint.size;
    verdict.witnesses = checkpoint.cosignatures.size();
}

// Of these keys the one that signed the checkpoint, else the first.
log::VerifierKey signer_of(const std::string& checkpoint, const std::vector<log::VerifierKey>& keys) {
    const auto signer = std::find_if(keys.begin(), keys.end(), [&](const log::VerifierKey& key) {
        return std::holds_alternative<log::SignedCheckpoint>(log::verify_checkpoint(checkpoint, {key, {}}));
    });
    return signer == keys.end() ? keys.front() : *signer;
}

}  // namespace

LogSet::LogSet(const custodian::Home& home, keystore::Keystore* keystore, const LogKeys& keys, OpenUrl open_url)
    : home_(home), keystore_(keystore), keys_(keys), open_url_(std::move(open_url)), carried_(keystore) {}

void LogSet::add(const std::string& place) {
    const log::TileFolder files(http::is_url(place) ? open_url_(place) : log::files_in(place, ErrorKind::failed),
                                ErrorKind::failed);
    const auto checkpoint = files.checkpoint();
    if (!checkpoint) throw Error(ErrorKind::failed, "no log found " + in(place));
    const auto keys = keys_.of(std::string_view(*checkpoint).substr(0, checkpoint->find('\n')));
    if (keys.empty()) {
        throw Error(ErrorKind::failed, "the key of the log " + in(place) + " is not known",
                    "give it with --log-key, or accept a grant from its owner");
    }
    const log::VerifierKey key = signer_of(*checkpoint, keys);
    open(files, key, kind_of(place, key));  // which says what is wrong with a checkpoint that none has signed
    uses_own_ = false;
}

WatchedLog::Kind LogSet::kind_of(const std::string& place, const log::VerifierKey& key) const {
    if (key != keys_.own()) return WatchedLog::Kind::foreign;
    std::error_code ignored;
    const bool is_in_home = !http::is_url(place) && fs::equivalent(place, home_.log(), ignored);
    return is_in_home ? WatchedLog::Kind::own : WatchedLog::Kind::own_copy;
}

void LogSet::add_own() {
    const auto& own = keys_.own();
    if (has_own_ || !own) return;
    // The head first: it is noted after the checkpoint is in the folder.
    const auto head = keystore::Heads(*keystore_).newest(own->text());
    own_signed_.reset();
    if (!fs::exists(home_.log() / "checkpoint")) {
        if (head) own_signed_ = head->size;
        return;
    }
    open(log::TileFolder(home_.log(), ErrorKind::failed), *own, WatchedLog::Kind::own);
    has_own_ = true;
}

void LogSet::open(const log::TileFolder& files, const log::VerifierKey& key, WatchedLog::Kind kind) {
    logs_.insert_or_assign(key.text(), WatchedLog(files, key, keystore_, kind));
}

void LogSet::begin_batch() {
    if (uses_own_) add_own();
    for (auto& [key, log] : logs_)
        log.begin_batch();
}

void LogSet::check(const record::Object& object, record::Verdict& verdict) {
    verdict.log = "not-anchored";
    if (!object.anchor || !object.payload.cid) return;
    verdict.origin = object.anchor->origin;
    const Digest leaf = custodian::leaf_data(object);
    const std::vector<log::VerifierKey> keys = keys_.of(object.anchor->origin);
    if (const auto proof = carried_.verify(*object.anchor, leaf, keys)) {
        return check_carried(*proof, *object.anchor, leaf, verdict);
    }
    check_leaf(*object.anchor, leaf, verdict);
    if (object.anchor->proof && !keys.empty()) verdict.log = "bad-proof";
}

void LogSet::check_carried(const CarriedProof& proof, const record::Anchor& anchor, const Digest& leaf,
                           record::Verdict& verdict) {
    set_checkpoint(verdict, proof.checkpoint);
    verdict.log = proof.is_contradicted ? "forked" : "included";
    if (proof.is_contradicted) return;
    if (own_signed_ && proof.key == keys_.own()) return set_taken_back(verdict);
    const auto log = logs_.find(proof.key.text());
    if (log == logs_.end()) return;
    verdict.log = log->second.check(anchor.index, leaf, proof.checkpoint);
    verdict.seen = log->second.seen();
    if (anchor.index < log->second.checkpoint().size) set_checkpoint(verdict, log->second.checkpoint());
}

void LogSet::set_taken_back(record::Verdict& verdict) const {
    verdict.log = "taken-back";
    verdict.seen = own_signed_;
}

// Of several logs of one name, the one that the leaf is in.
void LogSet::check_leaf(const record::Anchor& anchor, const Digest& leaf, record::Verdict& verdict) {
    verdict.log = "unknown-log";
    if (own_signed_ && anchor.origin == keys_.own()->name) set_taken_back(verdict);
    for (auto& [key, log] : logs_) {
        if (log.key().name != anchor.origin || verdict.log == "included") continue;
        const std::string found = log.check(anchor.index, leaf);
        if (verdict.log != "unknown-log" && found != "included") continue;
        verdict.log = found;
        verdict.seen = log.seen();
        set_checkpoint(verdict, log.checkpoint());
    }
}

std::optional<std::string> LogSet::proof(const record::Anchor& anchor, const Digest& leaf) {
    for (auto& [key, log] : logs_) {
        if (log.key().name != anchor.origin) continue;
        if (auto proof = log.proof(anchor.index, leaf)) return proof;
    }
    if (anchor.proof) return std::string(as_text(*anchor.proof));
    return std::nullopt;
}

bool LogSet::without_witness() const {
    return std::all_of(logs_.begin(), logs_.end(),
                       [](const auto& log) { return log.second.checkpoint().cosignatures.empty(); });
}

std::vector<std::string> LogSet::lagging() const {
    std::vector<std::string> names;
    for (const auto& [key, log] : logs_) {
        if (log.seen()) names.push_back(log.key().name);
    }
    return names;
}

}  // namespace msh::auditing
