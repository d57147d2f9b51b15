#include "keystore/backup.hpp"

#include <optional>
#include <span>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "cli/program.hpp"
#include "commands.hpp"
#include "crypto/age.hpp"
#include "custodian/custodian.hpp"
#include "lifecycle/backup_file.hpp"

namespace msh {
namespace {

constexpr const char* prompt = "passphrase for the backup: ";

crypto::AgeEncryptor encryptor_for(const Settings& settings, const custodian::Home& home, crypto::Sink sink) {
    if (settings.backup_recipient) {
        const auto recipient = crypto::AgeRecipient::parse(*settings.backup_recipient);
        if (!recipient) throw Error(ErrorKind::usage, "--to needs an age recipient");
        return {std::span(&*recipient, 1), std::move(sink)};
    }
    return {cli::read_passphrase(settings.new_backup_passphrase, prompt, home.prompt_lock(), cli::Passphrase::fresh),
            std::move(sink)};
}

}  // namespace

cli::ExitCode back_up(const Settings& settings, const custodian::Home& home) {
    const std::string& file = settings.one_operand("file");
    if (settings.backup_recipient && settings.new_backup_passphrase.given()) {
        throw Error(ErrorKind::usage, "--to and the passphrase of the backup are mutually exclusive");
    }
    const auto keystore = custodian::open_keystore(home);
    const Key master = custodian::unlock(*keystore, home, settings.ask(home)).key;
    std::optional<AtomicFile> target;
    if (file != "-") target.emplace(file, 0600);
    const int fd = target ? target->fd() : STDOUT_FILENO;
    crypto::AgeEncryptor encryptor = encryptor_for(settings, home, [fd](ByteView part) { write_all(fd, part); });
    lifecycle::write_backup(*keystore, home, master, settings.backup_recipient.value_or(keystore::passphrase_recipient),
                            encryptor, cli::this_program());
    if (target) target->commit();
    return cli::ExitCode::done;
}

}  // namespace msh
