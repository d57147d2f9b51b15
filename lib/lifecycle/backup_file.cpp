#include "lifecycle/backup_file.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "custodian/master_key.hpp"
#include "keystore/backup.hpp"
#include "lifecycle/tombstones_repair.hpp"

namespace msh::lifecycle {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20;
constexpr std::size_t max_head = 256;
constexpr std::size_t enough_to_tell = 64;  // whether it is an age file
constexpr std::string_view title = "msh-backup-v1\n";

// With the keystore's master key in force until the copy is made: a copy that another one opens would be worthless.
keystore::Snapshot take_snapshot(keystore::Keystore& keystore, const custodian::Home& home,
                                 const std::string& recipient, Program& program) {
    const FileLock no_change_of_it(home.master_lock());
    repair_tombstones(keystore, home, program);
    keystore::Backups(keystore).note({seconds_now(), recipient});  // refused when it was replaced meanwhile
    return keystore::Snapshot(keystore);
}

// Takes the plaintext apart: two lines, then the database.
class BackupParts {
  public:
    explicit BackupParts(int database) : database_(database) {}

    void operator()(ByteView part) {
        while (lines_ < 2 && !part.empty()) {
            head_.push_back(part.front());
            if (part.front() == '\n') ++lines_;
            if (head_.size() > max_head) throw Error(ErrorKind::input, "the file is not a backup");
            part = part.subspan(1);
        }
        if (!part.empty()) write_all(database_, part);
    }

    [[nodiscard]] Key master() const {
        const ByteView head(head_);
        const bool titled = as_text(head).starts_with(title);
        const auto key = titled ? custodian::parse_master_key(head.subspan(title.size())) : std::nullopt;
        if (!key) throw Error(ErrorKind::input, "the file is not a backup");
        return *key;
    }

  private:
    int database_;
    int lines_ = 0;
    SecretBytes head_;
};

void decrypt(const std::string& file, crypto::AgeDecryptor decryptor) {
    FileDescriptor owned;
    if (file != "-") {
        owned = FileDescriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
        if (!owned) throw Error(ErrorKind::input, system_error("cannot open the backup", errno).what());
    }
    Bytes buffer(buffer_size);
    const int fd = owned ? owned.get() : STDIN_FILENO;
    for (std::size_t got = read_some(fd, buffer); got > 0; got = read_some(fd, buffer)) {
        decryptor.write(ByteView(buffer).first(got));
    }
    decryptor.finish();
}

crypto::AgeDecryptor decryptor_for(const BackupKey& key, crypto::Sink sink) {
    return std::visit([&](const auto& opens) { return crypto::AgeDecryptor(opens, std::move(sink)); }, key);
}

Error not_opened(const BackupKey& key) {
    if (std::holds_alternative<SecretBytes>(key)) {
        return {ErrorKind::input, "the passphrase does not open the backup",
                "or it was made for an age recipient: --identity FILE"};
    }
    return {ErrorKind::input, "no identity in the file opens the backup", "or it is encrypted with a passphrase"};
}

// What is the payload of an age file is the backup here.
Error in_words_of_backup(const Error& error) {
    constexpr std::string_view payload = "the payload";
    const std::string_view text = error.what();
    if (!text.starts_with(payload)) return error;
    return {error.kind(), "the backup" + std::string(text.substr(payload.size())), error.hint()};
}

}  // namespace

void write_backup(keystore::Keystore& keystore, const custodian::Home& home, const Key& master,
                  const std::string& recipient, crypto::AgeEncryptor& encryptor, Program& program) {
    const keystore::Snapshot snapshot = take_snapshot(keystore, home, recipient, program);
    encryptor.write(as_bytes(title));
    encryptor.write(custodian::master_key_text(master));
    Bytes buffer(buffer_size);
    std::uint64_t offset = 0;
    for (std::size_t got = read_at(snapshot.fd(), buffer, offset); got > 0;
         got = read_at(snapshot.fd(), buffer, offset)) {
        encryptor.write(ByteView(buffer).first(got));
        offset += got;
    }
    encryptor.finish();
}

Key read_backup(const std::string& file, const BackupKey& key, int database) {
    BackupParts parts(database);
    try {
        decrypt(file, decryptor_for(key, [&](ByteView part) { parts(part); }));
    } catch (const crypto::AgeError& error) {
        if (error.failure() != crypto::AgeFailure::no_match) throw in_words_of_backup(error);
        throw not_opened(key);
    }
    return parts.master();
}

bool may_be_backup(const std::string& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened) return false;  // whoever reads it says why
    Bytes beginning(enough_to_tell);
    beginning.resize(read_at(opened.get(), beginning, 0));
    return !beginning.empty() && crypto::may_begin_age(beginning);
}

}  // namespace msh::lifecycle
