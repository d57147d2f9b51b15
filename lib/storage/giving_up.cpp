#include "storage/giving_up.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "custodian/custodian.hpp"
#include "custodian/payload_places.hpp"
#include "keystore/objects.hpp"
#include "keystore/targets.hpp"
#include "storage/target_name.hpp"

namespace msh::storage {
namespace fs = std::filesystem;
namespace {

// The targets that are said to have payloads. Each is opened when it is first asked; one that fails is not asked again.
class Holders {
  public:
    Holders(const OpenByName& open, Program& program) : open_(open), program_(program) {}

    // Whether one of these targets has the payload whole.
    [[nodiscard]] bool have(const ipfs::PayloadRef& payload, const std::vector<std::string>& names) {
        return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
            return keystore::is_keeping_target(name) && has(payload, name);
        });
    }
    // Why the first one failed that did.
    [[nodiscard]] const std::optional<Error>& failure() const noexcept { return failure_; }

  private:
    [[nodiscard]] bool has(const ipfs::PayloadRef& payload, const std::string& name) {
        program_.stop_if_signalled();
        const auto [holder, is_new] = holders_.try_emplace(name);
        bool has_it = false;
        try {
            if (is_new) holder->second = open_(name);
            has_it = holder->second && holder->second->holds(payload);
        } catch (const Error& error) {
            if (!failure_) failure_ = error;
            holder->second.reset();
        }
        program_.stop_if_signalled();  // what was interrupted is no answer
        return has_it;
    }

    const OpenByName& open_;
    Program& program_;
    std::map<std::string, std::unique_ptr<Target>> holders_;  // null: it failed
    std::optional<Error> failure_;
};

class GivingUp {
  public:
    GivingUp(const custodian::Home& home, const OpenByName& open, Program& program)
        : keystore_(custodian::open_keystore_if_any(home)), places_(home), holders_(open, program) {
        if (!keystore_) throw Error(ErrorKind::failed, "there is no keystore, so no missing payloads are known");
    }

    [[nodiscard]] bool knows(const std::string& name) const { return keystore::Targets(*keystore_).is_known(name); }

    // Forgets some of the missing payloads. Returns how many: 0 when none are left.
    std::uint64_t next(const std::string& name) {
        const std::vector<Missing> missing = read(name);
        std::vector<fs::path> files;
        std::vector<Id> moved;
        keystore::Transaction transaction(*keystore_);
        keystore::Targets targets(*keystore_);
        for (const Missing& payload : missing) {
            targets.forget_missing(name, payload.stored);
            if (!payload.file || targets.is_missing(payload.stored)) continue;
            if (!payload.is_elsewhere) {
                ++kept_;
                continue;
            }
            files.push_back(*payload.file);
            moved.push_back(payload.stored.object.id);
        }
        keystore::Objects(*keystore_).remove_paths(moved);
        transaction.commit();
        std::error_code ignored;
        for (const fs::path& file : files)
            fs::remove(file, ignored);
        removed_ += files.size();
        return missing.size();
    }

    [[nodiscard]] std::uint64_t removed() const noexcept { return removed_; }

    // How many files stay although no target is missing the payload, and why; nothing where there are none.
    void tell_kept(Program& program) const {
        if (kept_ == 0) return;
        const std::string payloads = kept_ == 1 ? " payload stays" : " payloads stay";
        program.warn(std::to_string(kept_) + payloads + " in spool/: " +
                     (holders_.failure() ? holders_.failure()->what() : "no other store or node has all of it"));
        program.note("hint: to store them again, in a target of your choice: msh-list objects | msh-put");
    }

  private:
    struct Missing {
        keystore::StoredPayload stored;
        std::optional<fs::path> file;  // in the spool
        bool is_elsewhere = false;
    };

    // Without a transaction: to ask the other targets takes time.
    [[nodiscard]] std::vector<Missing> read(const std::string& name) {
        std::vector<record::Object> objects;
        keystore::Targets targets(*keystore_);
        (void)targets.read_missing(name, 0, [&](const record::Object& object) { objects.push_back(object); });
        std::vector<Missing> missing;
        for (const record::Object& object : objects) {
            Missing& payload = missing.emplace_back(Missing{keystore::stored_payload(object), file_of(object)});
            const auto root = ipfs::Cid::parse(payload.stored.cid);
            payload.is_elsewhere =
                payload.file && root && holders_.have({*root, object.payload.size}, targets.of(payload.stored));
        }
        return missing;
    }

    [[nodiscard]] std::optional<fs::path> file_of(const record::Object& object) const {
        const auto place = object.payload.path ? places_.find(*object.payload.path, object.id) : std::nullopt;
        if (!place || place->folder != custodian::PayloadPlace::Folder::spool) return std::nullopt;
        std::error_code ignored;
        return fs::exists(place->path, ignored) ? std::optional(place->path) : std::nullopt;
    }

    std::unique_ptr<keystore::Keystore> keystore_;
    custodian::PayloadPlaces places_;
    Holders holders_;
    std::uint64_t removed_ = 0;
    std::uint64_t kept_ = 0;
};

}  // namespace

void give_up(const custodian::Home& home, const std::string& target, const OpenByName& open, Program& program) {
    GivingUp giving_up(home, open, program);
    const std::vector<std::string> names = possible_names(target, home.store());
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
    std::string text =
        "forgot " + count_of(count, "payload") + " that " + (count == 1 ? "was" : "were") + " missing in " + target;
    if (giving_up.removed() > 0) text += ", and removed " + count_of(giving_up.removed(), "file") + " from spool/";
    program.note(text);
    giving_up.tell_kept(program);
}

}  // namespace msh::storage
