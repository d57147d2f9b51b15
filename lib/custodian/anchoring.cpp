#include "custodian/anchoring.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "crypto/mac.hpp"
#include "keystore/anchors.hpp"
#include "keystore/heads.hpp"
#include "keystore/identities.hpp"
#include "log/writer.hpp"

namespace msh::custodian {
namespace {

constexpr std::size_t leaves_at_once = 16384;

bool is_published(const std::optional<keystore::LogHead>& head, std::uint64_t leaves, const Home& home) {
    std::error_code ignored;
    const bool has_log = std::filesystem::exists(home.log() / "checkpoint", ignored);
    return (head ? head->size : 0) == leaves && (has_log || leaves == 0);
}

}  // namespace

Digest leaf_data(const Digest& salt, std::string_view committed_text) {
    return crypto::hmac_sha256(salt, {as_bytes("msh/v1/leaf"), as_bytes(committed_text)});
}

Digest leaf_data(const record::Object& object) {
    if (!object.anchor) throw Error(ErrorKind::input, "'anchor' is missing");
    return leaf_data(object.anchor->salt, record::committed_text(object));
}

void publish(keystore::Keystore& keystore, const Home& home) {
    keystore::Anchors anchors(keystore);
    keystore::Heads heads(keystore);
    const std::string origin = anchors.origin();
    const std::string key = log_key(keystore).text();
    if (is_published(heads.newest(key), anchors.size(), home)) return;
    const FileLock one_writer(home.log_lock());
    std::optional<log::Checkpoint> newest;
    if (const auto head = heads.newest(key)) {
        newest.emplace();
        newest->origin = origin;
        newest->size = head->size;
        newest->root = head->root;
    }
    const log::Signer signer(origin, keystore::Identities(keystore).private_key(keystore::Identity::log));
    log::Writer writer(home.log(), signer, newest);
    while (true) {
        const std::vector<Digest> leaves = anchors.leaves(writer.size(), leaves_at_once);
        if (leaves.empty()) break;
        writer.append(leaves);
    }
    const log::SignedCheckpoint& now = writer.publish();
    heads.follow_log(key, {now.size, now.root});
}

log::VerifierKey log_key(keystore::Keystore& keystore) {
    return {keystore::Anchors(keystore).origin(), log::KeyType::ed25519,
            keystore::Identities(keystore).public_key(keystore::Identity::log)};
}

}  // namespace msh::custodian
