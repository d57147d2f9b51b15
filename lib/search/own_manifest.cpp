#include "search/own_manifest.hpp"

#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "crypto/random.hpp"
#include "keystore/heads.hpp"
#include "keystore/identities.hpp"
#include "keystore/index_state.hpp"

namespace msh::search {
namespace {

constexpr const char* rebuild_hint = "run msh-index to rebuild the index";

Key key_or_new(keystore::IndexState& state, const char* name) {
    if (const auto held = state.get(name)) return Key(std::span<const std::uint8_t, 32>(held->data(), 32));
    const Key fresh = crypto::random_key();
    state.put(name, fresh.view());
    return fresh;
}

}  // namespace

index::Keys index_keys(keystore::Keystore& keystore) {
    keystore::Transaction transaction(keystore);
    keystore::IndexState state(keystore);
    const std::string epoch = std::to_string(first_epoch);
    index::Keys keys{key_or_new(state, ("epoch/" + epoch).c_str()), key_or_new(state, ("documents/" + epoch).c_str())};
    transaction.commit();
    return keys;
}

std::filesystem::path manifest_file(const custodian::Home& home) {
    return home.index() / "manifest";
}

std::optional<index::SignedManifest> own_manifest(keystore::Keystore& keystore, const custodian::Home& home) {
    const auto seen = keystore::Heads(keystore).manifest(own_index_name);
    const auto note = read_file(manifest_file(home), index::max_manifest_size);
    if (!note && !seen) return std::nullopt;
    if (!note) throw Error(ErrorKind::failed, "the index's manifest is missing", rebuild_hint);
    try {
        auto manifest = index::open_manifest(as_text(*note),
                                             keystore::Identities(keystore).public_key(keystore::Identity::statement));
        if (seen) {
            const index::Succession succession = index::succession(seen->number, seen->hash, manifest);
            if (succession == index::Succession::older || succession == index::Succession::forked) {
                throw Error(ErrorKind::failed, "the index's manifest is older than one seen before", rebuild_hint);
            }
        }
        return manifest;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        throw Error(ErrorKind::failed, std::string("the index's manifest is damaged: ") + error.what(), rebuild_hint);
    }
}

}  // namespace msh::search
