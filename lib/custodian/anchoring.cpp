#include "custodian/anchoring.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/file_lock.hpp"
#include "crypto/mac.hpp"
#include "keystore/anchors.hpp"
#include "keystore/heads.hpp"
#include "keystore/identities.hpp"
#include "log/writer.hpp"

namespace msh::custodian {
namespace {

constexpr std::size_t leaves_at_once = 16384;

bool has_checkpoint(const Home& home) {
    std::error_code ignored;
    return std::filesystem::exists(home.log() / "checkpoint", ignored);
}

// The first leaf of the log, from `from` on, that is not the keystore's; the log's size if all are. The log has to be
// opened before the keystore is read, since leaves are committed to the keystore first.
std::uint64_t first_of_others(keystore::Anchors& anchors, log::Reader& log, std::uint64_t from) {
    while (from < log.size()) {
        const auto own = anchors.leaves(from, std::min<std::uint64_t>(leaves_at_once, log.size() - from));
        for (const Digest& leaf : own) {
            if (!log.contains(from, leaf)) return from;
            ++from;
        }
        if (own.empty()) return from;
    }
    return log.size();
}

void require_keystore_up_to_date(keystore::Keystore& keystore, log::Reader& log,
                                 const std::optional<keystore::LogHead>& head) {
    if (head && !log.extends({log.checkpoint().origin, head->size, head->root})) {
        throw Error(ErrorKind::failed,
                    log.size() < head->size ? "the log is older than what was signed last"
                                            : "the log is not the one that was signed last",
                    "restore the newest copy of the log's folder");
    }
    keystore::Anchors anchors(keystore);
    const std::uint64_t other = first_of_others(anchors, log, head ? head->size : 0);
    if (other >= log.size()) return;
    throw Error(ErrorKind::failed, "the keystore is older than its log: it does not know leaf " + std::to_string(other),
                "restore the newest keystore, or run 'msh-key restore --catch-up' to continue with this one");
}

bool is_published(const std::optional<keystore::LogHead>& head, std::uint64_t leaves, const Home& home) {
    return (head ? head->size : 0) == leaves && (leaves == 0 || has_checkpoint(home));
}

}  // namespace

Digest leaf_data(const Digest& salt, std::string_view committed_text) {
    return crypto::hmac_sha256(salt, {as_bytes("msh/v1/leaf"), as_bytes(committed_text)});
}

Digest leaf_data(const record::Object& object) {
    if (!object.anchor) throw Error(ErrorKind::input, "'anchor' is missing");
    return leaf_data(object.anchor->salt, record::committed_text(object));
}

void require_keystore_up_to_date(keystore::Keystore& keystore, const Home& home) {
    if (!has_checkpoint(home)) return;  // publish() knows whether there should be one
    const auto head = keystore::Heads(keystore).newest(log_key(keystore).text());
    log::Reader log = open_log(keystore, home);
    require_keystore_up_to_date(keystore, log, head);
}

void publish(keystore::Keystore& keystore, const Home& home) {
    keystore::Anchors anchors(keystore);
    keystore::Heads heads(keystore);
    const std::string origin = anchors.origin();
    const std::string key = log_key(keystore).text();
    if (is_published(heads.newest(key), anchors.size(), home)) return;
    const FileLock one_writer(home.log_lock());
    std::optional<log::Checkpoint> newest;
    const auto head = heads.newest(key);
    if (head) {
        newest.emplace();
        newest->origin = origin;
        newest->size = head->size;
        newest->root = head->root;
    }
    const log::Signer signer(origin, keystore::Identities(keystore).private_key(keystore::Identity::log));
    log::Writer writer(home.log(), signer, newest);
    if (writer.size() > 0) {
        log::Reader log = open_log(keystore, home);
        require_keystore_up_to_date(keystore, log, head);
    }
    while (true) {
        const std::vector<Digest> leaves = anchors.leaves(writer.size(), leaves_at_once);
        if (leaves.empty()) break;
        writer.append(leaves);
    }
    const log::SignedCheckpoint& now = writer.publish();
    heads.advance_log_head(key, {now.size, now.root});
}

bool log_extends_last_head(keystore::Keystore& keystore, const std::filesystem::path& folder) {
    const log::VerifierKey key = log_key(keystore);
    const auto head = keystore::Heads(keystore).newest(key.text());
    log::Reader log(folder, {key, {}}, ErrorKind::failed);
    return !head || log.extends({keystore::Anchors(keystore).origin(), head->size, head->root});
}

CaughtUp catch_up(keystore::Keystore& keystore, const Home& home) {
    keystore::Anchors anchors(keystore);
    keystore::Heads heads(keystore);
    const FileLock no_writer(home.log_lock());
    log::Reader log = open_log(keystore, home);
    const std::string key = log_key(keystore).text();
    const auto head = heads.newest(key);
    if (head && !log.extends({anchors.origin(), head->size, head->root})) return {false, log.size(), log.size()};
    keystore::Transaction transaction(keystore);
    const std::uint64_t known = first_of_others(anchors, log, head ? head->size : 0);
    if (known < log.size()) anchors.continue_after(known, log.size());
    heads.advance_log_head(key, {log.size(), log.checkpoint().root});
    transaction.commit();
    return {true, known, log.size()};
}

log::Reader open_log(keystore::Keystore& keystore, const Home& home) {
    return {home.log(), {log_key(keystore), {}}, ErrorKind::failed};
}

log::VerifierKey log_key(keystore::Keystore& keystore) {
    return {keystore::Anchors(keystore).origin(), log::KeyType::ed25519,
            keystore::Identities(keystore).public_key(keystore::Identity::log)};
}

}  // namespace msh::custodian
