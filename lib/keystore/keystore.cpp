#include "keystore/keystore.hpp"

#include <utility>

#include "base/error.hpp"
#include "keystore/database_file.hpp"
#include "keystore/identities.hpp"
#include "keystore/schema.hpp"
#include "keystore/wrapping_key.hpp"

namespace msh::keystore {
namespace fs = std::filesystem;
namespace {

constexpr const char* name = "keystore";

[[noreturn]] void throw_replaced() {
    throw Error(ErrorKind::again, "the keystore's master key was replaced meanwhile", "run the same command again");
}

}  // namespace

bool Keystore::create(const fs::path& path, const Key& master, std::string_view log_origin) {
    DatabaseFile file(path);
    {
        db::Connection database(file.temporary(), name);
        prepare_schema(database, Existing::empty);
        db::Transaction transaction(database);
        note_own_schema(database);
        Vault vault = make_wrapping_key(database, master);
        make_identities(database, vault);
        database.run("INSERT INTO log (number, origin) VALUES (1, ?1)", {log_origin});
        database.run("INSERT INTO own_log (one, log, size) VALUES (1, 1, 0)");
        transaction.commit();
        database.truncate_log();  // closing would leave behind what no longer fits on the disk, and say nothing
    }
    return file.commit_new();
}

Keystore::Keystore(const fs::path& path) : database_(path, name) {
    prepare_schema(database_, Existing::required);
}

bool Keystore::try_unlock(const Key& master) {
    auto opened = open_wrapping_key(database_, master);
    if (!opened) return false;
    master_ = master;
    vault_ = std::move(opened->vault);
    return true;
}

void Keystore::unlock(const Key& master) {
    if (try_unlock(master)) return;
    throw Error(ErrorKind::failed, "the master key does not open this keystore",
                "it belongs to another keystore, or has since been replaced");
}

std::unique_ptr<Keystore> Keystore::reopen() const {
    auto reopen = std::make_unique<Keystore>(path());
    if (master_) reopen->unlock(*master_);
    return reopen;
}

RotationState Keystore::rotation_state() {
    const auto opened = open_wrapping_key(database_, master());
    if (!opened) throw_replaced();
    if (!opened->two_slots) return RotationState::none;
    return opened->slot == 0 ? RotationState::to_finish : RotationState::to_repeat;
}

Vault& Keystore::vault() {
    if (!vault_) throw Error(ErrorKind::failed, "the keystore is locked");
    return *vault_;
}

const Key& Keystore::master() {
    if (!master_) throw Error(ErrorKind::failed, "the keystore is locked");
    return *master_;
}

void Keystore::follow_rotation() {
    if (generation_in_force(database_) == vault().generation()) return;
    auto opened = open_wrapping_key(database_, master());
    if (!opened) throw_replaced();
    vault_ = std::move(opened->vault);
}

Bytes Keystore::wrap(const Place& place, ByteView secret) {
    return vault().wrap(place, secret);
}

SecretBytes Keystore::unwrap(const Place& place, ByteView wrapped) {
    if (Vault::generation_of(wrapped) != vault().generation()) follow_rotation();
    auto secret = vault().unwrap(place, wrapped);
    if (!secret) database_.throw_damaged();
    return std::move(*secret);
}

Key Keystore::unwrap_key(const Place& place, ByteView wrapped) {
    const SecretBytes secret = unwrap(place, wrapped);
    if (secret.size() != 32) database_.throw_damaged();
    return Key(std::span<const std::uint8_t, 32>(secret.data(), 32));
}

Transaction::Transaction(Keystore& keystore) : transaction_(keystore.database_) {
    if (keystore.unlocked()) keystore.follow_rotation();
}

}  // namespace msh::keystore
