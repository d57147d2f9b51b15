#include "lifecycle/shredded_payloads.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

#include "base/encoding.hpp"
#include "custodian/payload_places.hpp"
#include "custodian/run_folder.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/payload.hpp"
#include "keystore/objects.hpp"
#include "keystore/shredding.hpp"

namespace msh::lifecycle {
namespace fs = std::filesystem;

void remove_shredded_payloads(keystore::Keystore& keystore, const custodian::Home& home) {
    std::error_code ignored;
    std::optional<ipfs::BlockStore> store;
    if (fs::is_directory(home.store(), ignored)) store.emplace(home.store(), ipfs::BlockStore::Access::write);
    const custodian::PayloadPlaces places(home);
    keystore::Shredding(keystore).for_each_discarded([&](const keystore::Discarded& discarded) {
        const fs::path path = discarded.path.value_or("");
        const auto object = array_from_hex<16>(path.filename().string());
        const auto place = object ? places.find(path, *object) : std::nullopt;
        if (place && place->folder == custodian::PayloadPlace::Folder::spool) fs::remove(place->path, ignored);
        const auto cid = ipfs::Cid::parse(discarded.cid.value_or(""));
        if (cid && store) ipfs::remove_payload(*cid, *store);
    });
    if (store) store->sync();
}

bool has_fetched_payloads(keystore::Keystore& keystore, const custodian::Home& home, const Id& study) {
    keystore::Objects objects(keystore);
    return custodian::has_payload(home.fetched(), [&](const Id& object) { return objects.is_in_study(object, study); });
}

}  // namespace msh::lifecycle
