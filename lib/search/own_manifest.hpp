// The custodian's own encrypted index: keys in the keystore, segments and manifest in the index folder.
//
//     index/manifest          the newest manifest, a signed note (index/manifest.hpp)
//     index/<hex id>.segment  segments (index/builder.hpp)
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "custodian/home.hpp"
#include "index/keys.hpp"
#include "index/manifest.hpp"
#include "keystore/keystore.hpp"

namespace msh::search {

// The search epoch, which the manifest names.
inline constexpr std::uint64_t first_epoch = 1;
// The own index among the heads that the keystore remembers (keystore/heads.hpp).
inline constexpr std::string_view own_index_name = "own";

// The search epoch's keys, made when there are none yet. Needs the unlocked keystore, like all of this room.
[[nodiscard]] index::Keys index_keys(keystore::Keystore& keystore);

[[nodiscard]] std::filesystem::path manifest_file(const custodian::Home& home);

// The newest manifest; nullopt if none was ever made. If it throws, the next flush_index() writes a new manifest.
// Throws Error (failed) if it is missing although there was one, not signed by this custodian, damaged, or older than
// one seen before.
[[nodiscard]] std::optional<index::SignedManifest> own_manifest(keystore::Keystore& keystore,
                                                                const custodian::Home& home);

}  // namespace msh::search
