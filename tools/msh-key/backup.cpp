#include "backup.hpp"

#include <unistd.h>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "base/temporary_file.hpp"
#include "crypto/age.hpp"
#include "custodian/custodian.hpp"
#include "keystore/backup.hpp"
#include "tombstones.hpp"

namespace msh {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20;
constexpr const char* prompt = "passphrase for the backup: ";

crypto::AgeEncryptor encryptor_for(const custodian::Home& home, const BackupOptions& options, crypto::Sink sink) {
    if (options.recipient) {
        const auto recipient = crypto::AgeRecipient::parse(*options.recipient);
        if (!recipient) throw Error(ErrorKind::usage, "--to needs an age recipient");
        return {std::span(&*recipient, 1), std::move(sink)};
    }
    return {cli::read_passphrase(options.passphrase, prompt, home.prompt_lock(), cli::Passphrase::fresh),
            std::move(sink)};
}

// With the keystore's master key in force until the copy is made: a copy that another one opens would be worthless.
keystore::Snapshot take_snapshot(keystore::Keystore& keystore, const custodian::Home& home,
                                 const keystore::BackupInfo& backup) {
    const FileLock no_change_of_it(home.master_lock());
    keep_tombstones(keystore, home);
    keystore::Backups(keystore).note(backup);  // refused when it was replaced meanwhile
    return keystore::Snapshot(keystore);
}

}  // namespace

void back_up(const custodian::Home& home, const BackupOptions& options, const custodian::AskPassphrase& ask,
             const std::string& file) {
    if (options.recipient && options.passphrase.given()) {
        throw Error(ErrorKind::usage, "--to and the passphrase of the backup exclude each other");
    }
    const auto keystore = custodian::open_keystore(home);
    const Key master = custodian::unlock(*keystore, home, ask).key;
    std::optional<AtomicFile> target;
    if (file != "-") target.emplace(file, 0600);
    const int fd = target ? target->fd() : STDOUT_FILENO;
    crypto::AgeEncryptor encryptor = encryptor_for(home, options, [fd](ByteView part) { write_all(fd, part); });

    const keystore::Snapshot snapshot =
        take_snapshot(*keystore, home, {seconds_now(), options.recipient.value_or(keystore::passphrase_recipient)});
    encryptor.write(as_bytes("msh-backup-v1\n"));
    encryptor.write(custodian::master_key_text(master));
    Bytes buffer(buffer_size);
    std::uint64_t offset = 0;
    for (std::size_t got = read_at(snapshot.fd(), buffer, offset); got > 0;
         got = read_at(snapshot.fd(), buffer, offset)) {
        encryptor.write(ByteView(buffer).first(got));
        offset += got;
    }
    encryptor.finish();
    if (target) target->commit();
}

}  // namespace msh
