// The keystore: one SQLite file, `$MSH_HOME/keystore.db`, that holds what must not be lost (keys, secrets, places in
// the log) and what saves work (each object's newest record, what is stored and indexed where).
//
//     Keystore::create(path, master, "hospital.example/log");    // once
//
//     Keystore keystore(path);        // enough for records, stored targets, pins and heads
//     keystore.unlock(master);        // for everything that is secret
//     Studies studies(keystore);      // one class per concept; see the other headers of this module
//     {
//         Transaction transaction(keystore);
//         ... decide and write, by any of the classes ...
//         transaction.commit();
//     }
//
// The classes are views of a Keystore and cost nothing to make. Their functions that write open a transaction of their
// own, which becomes part of the caller's where there is one.
//
// Secrets are wrapped (vault.hpp): pseudonym keys, study and seal secrets, private keys, index keys, search terms.
// Records, public keys, pins and seen heads are not, so that programs without the master key can work with them. They
// are still readable only by the owner: the file and its side files have mode 0600.
//
// Several processes may write at once; each waits for its turn (db/transaction.hpp). One Keystore belongs to one
// thread. Any function may throw Error `failed` (damage, full disk) and `again` (others held it too long; or the master
// key was replaced while this process was running).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "db/connection.hpp"
#include "db/transaction.hpp"
#include "keystore/vault.hpp"

namespace msh::keystore {

// Where a replacement of the master key stands, as seen with the master key that unlocked (see rotation.hpp).
enum class RotationState {
    none,       // one master key opens the keystore
    to_finish,  // two do, and this is the new one: make sure its key file is durable, then Rotation::finish()
    to_repeat,  // two do, and this is the former one: the new one never took its place; rotate again
};

class Keystore {
  public:
    // Atomically creates a keystore with new identities; returns false if one already exists.
    [[nodiscard]] static bool create(const std::filesystem::path& path, const Key& master, std::string_view log_origin);

    // Opens it without a key. `failed` when there is none or it is not a keystore.
    explicit Keystore(const std::filesystem::path& path);
    Keystore(const Keystore&) = delete;
    Keystore& operator=(const Keystore&) = delete;
    ~Keystore() = default;

    // Takes the master key; `failed` when it is not this keystore's.
    void unlock(const Key& master);
    // The same; false when it is not, and nothing is changed.
    [[nodiscard]] bool try_unlock(const Key& master);
    // The same keystore opened once more, for another thread; unlocked when this one is.
    [[nodiscard]] std::unique_ptr<Keystore> reopen() const;
    [[nodiscard]] bool unlocked() const noexcept { return vault_.has_value(); }
    [[nodiscard]] RotationState rotation_state();

    [[nodiscard]] db::Connection& database() noexcept { return database_; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return database_.path(); }

    // For the classes of this room. wrap() belongs inside a Transaction, which has checked that the wrapping key is the
    // one in force; unwrap() follows a rotation by itself, and throws "damaged" for what does not open.
    [[nodiscard]] Bytes wrap(const Place& place, ByteView secret);
    [[nodiscard]] SecretBytes unwrap(const Place& place, ByteView wrapped);
    [[nodiscard]] Key unwrap_key(const Place& place, ByteView wrapped);

  private:
    friend class Transaction;
    friend class Rotation;

    [[nodiscard]] Vault& vault();
    [[nodiscard]] const Key& master();
    void follow_rotation();

    db::Connection database_;
    std::optional<Key> master_;
    std::optional<Vault> vault_;
};

// A transaction that writes, like db::Transaction. At its beginning the wrapping key is compared with the one in force
// and, after a rotation by another process, read anew: Error `again` when the master key no longer opens it.
class Transaction {
  public:
    explicit Transaction(Keystore& keystore);
    void commit() { transaction_.commit(); }

  private:
    db::Transaction transaction_;
};

}  // namespace msh::keystore
