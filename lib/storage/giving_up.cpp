#include "storage/giving_up.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "custodian/custodian.hpp"
#include "custodian/payload_places.hpp"
#include "http/client.hpp"
#include "keystore/objects.hpp"
#include "keystore/targets.hpp"

namespace msh::storage {
namespace fs = std::filesystem;
namespace {

// The names by which the keystore may know it.
std::vector<std::string> names_of(const std::string& target, const custodian::Home& home) {
    if (!http::is_base_url(target)) return {keystore::store_target(target, home.store())};
    const std::string url = http::without_slashes(target);
    return {keystore::node_target(url), keystore::pin_service_target(url)};
}

class GivingUp {
  public:
    explicit GivingUp(const custodian::Home& home) : keystore_(custodian::open_keystore_if_any(home)), places_(home) {
        if (!keystore_) throw Error(ErrorKind::failed, "there is no keystore, so no missing payloads are known");
    }

    [[nodiscard]] bool knows(const std::string& name) const { return keystore::Targets(*keystore_).is_known(name); }

    // Forgets some of the missing payloads. Returns how many: 0 when none are left.
    std::uint64_t next(const std::string& name) {
        std::vector<record::Object> objects;
        std::vector<fs::path> files;
        std::vector<Id> moved;
        {
            keystore::Transaction transaction(*keystore_);
            keystore::Targets targets(*keystore_);
            (void)targets.read_missing(name, 0, [&](const record::Object& object) { objects.push_back(object); });
            for (const record::Object& object : objects) {
                targets.forget_missing(name, keystore::stored_payload(object));
                const auto file = file_that_may_go(object);
                if (!file) continue;
                files.push_back(*file);
                moved.push_back(object.id);
            }
            keystore::Objects(*keystore_).remove_paths(moved);
            transaction.commit();
        }
        std::error_code ignored;
        for (const fs::path& file : files)
            fs::remove(file, ignored);
        return objects.size();
    }

  private:
    // The payload's file in the spool, if a store or node has the payload and no target is missing it.
    [[nodiscard]] std::optional<fs::path> file_that_may_go(const record::Object& object) {
        keystore::Targets targets(*keystore_);
        if (!object.payload.path || targets.is_missing(keystore::stored_payload(object))) return std::nullopt;
        const auto place = places_.find(*object.payload.path, object.id);
        if (!place || place->folder != custodian::PayloadPlace::Folder::spool) return std::nullopt;
        const std::vector<std::string> names = targets.of(keystore::stored_payload(object));
        const bool is_kept = std::any_of(names.begin(), names.end(), keystore::is_keeping_target);
        return is_kept ? std::optional(place->path) : std::nullopt;
    }

    std::unique_ptr<keystore::Keystore> keystore_;
    custodian::PayloadPlaces places_;
};

}  // namespace

void give_up(const custodian::Home& home, const std::string& target, Program& program) {
    GivingUp giving_up(home);
    const std::vector<std::string> names = names_of(target, home);
    if (std::none_of(names.begin(), names.end(), [&](const std::string& name) { return giving_up.knows(name); })) {
        throw Error(ErrorKind::input, "no payload was ever put into '" + target + "'",
                    "msh-list targets lists the targets");
    }
    std::uint64_t count = 0;
    for (const std::string& name : names) {
        while (const std::uint64_t some = giving_up.next(name)) {
            count += some;
            program.stop_if_signalled();
        }
    }
    const std::string payloads = count == 1 ? " payload that was" : " payloads that were";
    program.note("forgot " + std::to_string(count) + payloads + " missing in " + target);
}

}  // namespace msh::storage
