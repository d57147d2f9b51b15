#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <unistd.h>

#include "backup.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "base/private_file.hpp"
#include "base/text.hpp"
#include "catch_up.hpp"
#include "cli/messages.hpp"
#include "crypto/age.hpp"
#include "crypto/age_armor.hpp"
#include "crypto/age_header.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "keystore/anchors.hpp"
#include "keystore/backup.hpp"
#include "keystore/index_state.hpp"
#include "keystore/shredding.hpp"
#include "keystore/tombstones.hpp"
#include "log/copy.hpp"
#include "log/key.hpp"
#include "search/flush.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20;
constexpr std::size_t max_identity_file = std::size_t{64} << 10;
constexpr std::size_t max_checkpoint = std::size_t{64} << 10;
constexpr std::string_view title = "msh-backup-v1\n";
constexpr const char* prompt = "passphrase of the backup: ";

// The backup's plaintext: two lines, then the database.
class BackupParts {
  public:
    explicit BackupParts(int database) : database_(database) {}

    void operator()(ByteView part) {
        while (lines_ < 2 && !part.empty()) {
            head_.push_back(part.front());
            if (part.front() == '\n') ++lines_;
            if (head_.size() > 256) throw Error(ErrorKind::input, "the file is not a backup");
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

// Why there is no identity to use in the file.
Error no_identity(std::string_view text) {
    const std::string_view start = text.substr(0, crypto::armor_begin_line.size());
    if ((!start.empty() && crypto::may_begin_age_header(as_bytes(start))) ||
        edited_line(start) == crypto::armor_begin_line) {
        return {ErrorKind::usage, "the identity file is encrypted",
                "decrypt it first, as in --identity <(age -d FILE)"};
    }
    for (const std::string_view line : edited_lines(text)) {
        if (!line.starts_with("AGE-PLUGIN-")) continue;
        return {ErrorKind::usage, "the identity belongs to an age plugin, which msh does not support",
                "re-encrypt the backup: age -d -i FILE BACKUP | age -r RECIPIENT -o BACKUP2"};
    }
    return {ErrorKind::usage, "there is no age identity in the identity file"};
}

// The identities in a file as age-keygen writes it: a line each, comments begin with "#".
std::vector<crypto::AgeIdentity> read_identities(const std::string& file) {
    const auto text = read_private_file(file, max_identity_file);
    if (!text) throw Error(ErrorKind::usage, "there is no identity file");
    std::vector<crypto::AgeIdentity> identities;
    for (const std::string_view line : edited_lines(as_text(*text))) {
        if (const auto identity = crypto::AgeIdentity::parse(line)) identities.push_back(*identity);
    }
    if (identities.empty()) throw no_identity(as_text(*text));
    return identities;
}

crypto::AgeDecryptor decryptor_for(const custodian::Home& home, const RestoreOptions& options, crypto::Sink sink) {
    if (options.identity) return {read_identities(*options.identity), std::move(sink)};
    return {cli::read_passphrase(options.passphrase, prompt, home.prompt_lock()), std::move(sink)};
}

// In the backup's words instead of the age file's.
Error not_opened(const RestoreOptions& options) {
    if (options.identity) {
        return {ErrorKind::input, "no identity in the file opens the backup", "or it is encrypted with a passphrase"};
    }
    return {ErrorKind::input, "the passphrase does not open the backup",
            "or it was made for an age recipient: --identity FILE"};
}

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

// What is the payload of an age file is the backup here.
Error in_words_of_backup(const Error& error) {
    constexpr std::string_view payload = "the payload";
    const std::string_view text = error.what();
    if (!text.starts_with(payload)) return error;
    return {error.kind(), "the backup" + std::string(text.substr(payload.size())), error.hint()};
}

void require_no_keystore(const custodian::Home& home) {
    if (home.has_keystore()) throw custodian::keystore_is_there(home);
}

std::vector<keystore::Tombstone> read_unchanged(const std::string& file) {
    return keystore::read_tombstones(file, cli::input_name("the file of --tombstones", file));
}

// Without a list, shredded studies would become readable again unnoticed.
void require_tombstones(const custodian::Home& home, const RestoreOptions& options) {
    if (options.tombstones) {
        if (!fs::exists(*options.tombstones)) throw Error(ErrorKind::usage, "there is no file of tombstones");
        (void)read_unchanged(*options.tombstones);
    } else if (!fs::exists(home.tombstones()) && !options.new_log) {
        throw Error(ErrorKind::usage, "there is no list of shredded studies",
                    "name it with --tombstones; an empty file states that nothing was shredded");
    }
}

// The studies shredded since the backup: from the home folder and the file of --tombstones.
std::vector<keystore::Tombstone> gather_tombstones(const custodian::Home& home, const RestoreOptions& options) {
    std::vector<keystore::Tombstone> tombstones = keystore::read_tombstones(home.tombstones());
    if (!options.tombstones) return tombstones;
    for (const keystore::Tombstone& tombstone : read_unchanged(*options.tombstones)) {
        if (std::find(tombstones.begin(), tombstones.end(), tombstone) != tombstones.end()) continue;
        tombstones.push_back(tombstone);
    }
    return tombstones;
}

bool has_log(const fs::path& folder) {
    return fs::exists(folder / "checkpoint");
}

// Whether an interrupted run copied it.
bool is_copied(const fs::path& from, const fs::path& to) {
    return read_file(from / "checkpoint", max_checkpoint) == read_file(to / "checkpoint", max_checkpoint);
}

void require_log(const custodian::Home& home, const RestoreOptions& options) {
    if (options.new_log && !log::is_key_name(*options.new_log)) {
        throw Error(ErrorKind::usage, "--new-log needs a printable name without white space and plus signs");
    }
    if (options.new_log && has_log(home.log())) {
        throw Error(ErrorKind::usage, "there is a log in the home folder already",
                    "omit --new-log to continue it, or move its folder away");
    }
    if (options.log && options.new_log) throw Error(ErrorKind::usage, "--log and --new-log exclude each other");
    if (options.log && !has_log(*options.log)) {
        throw Error(ErrorKind::usage, "there is no log in the folder of --log",
                    "a log begins with its first leaf; if there was none yet, begin a new one with --new-log");
    }
    if (options.log && has_log(home.log()) && !is_copied(*options.log, home.log()))
        throw Error(ErrorKind::usage, "there is a log in the home folder already");
    if (options.log || options.new_log || has_log(home.log())) return;
    throw Error(ErrorKind::usage, "the newest log is missing, and continuing without it would fork it",
                "name its folder with --log (and --tombstones FILE), or begin a new one with --new-log");
}

// The log must have all that was signed when the backup was made: what is appended to an older copy would fork it.
void require_newer_log(keystore::Keystore& keystore, const fs::path& folder) {
    if (custodian::log_extends_last_head(keystore, folder)) return;
    throw Error(ErrorKind::failed, "the log in '" + folder.string() + "' is older than the backup, or another one",
                "copy the newest log, and name its folder with --log");
}

// Whether the log says more than the backup.
void report_log(const RestoreOptions& options, const std::optional<custodian::CaughtUp>& log,
                const std::string& former_log) {
    if (options.new_log) {
        cli::say_note("the log is " + *options.new_log + " from now on");
        cli::say_note("the fingerprint has changed: others must confirm it again");
        cli::say_note("records in the former log are verified with its key, which 'msh-key show' does not print: " +
                      former_log);
    } else if (log && log->known < log->size) {
        cli::say_warning(unknown_leaves(*log) + ": what was encrypted, granted or indexed since the backup is lost");
        cli::say_note("name the files of your records with 'msh-key restore --catch-up' to see which");
    }
}

// Where the next programs find it: nothing is replaced, and a credential must be the same key.
void keep_master_key(const custodian::Home& home, const Key& master, bool under_passphrase,
                     const custodian::AskPassphrase& ask) {
    if (const auto credential = custodian::master_key_from_credential()) {
        if (constant_time_equal(credential->view(), master.view())) return;
        throw Error(ErrorKind::failed, "the credential 'msh-master' is not the backup's master key");
    }
    if (fs::exists(home.key_file()) || fs::exists(home.passphrase_key_file())) {
        const Key present = custodian::load_master_key(home, ask).key;
        if (constant_time_equal(present.view(), master.view())) return;
        throw Error(ErrorKind::failed, "the home folder already has another master key");
    }
    const auto place = under_passphrase ? custodian::KeyPlace::passphrase_file : custodian::KeyPlace::key_file;
    custodian::store_master_key(home, master, place, ask);
}

}  // namespace

void restore_keystore(const custodian::Home& home, const RestoreOptions& options, bool under_passphrase,
                      const custodian::AskPassphrase& ask, const std::string& file) {
    if (options.identity && options.passphrase.given()) {
        throw Error(ErrorKind::usage, "--identity and the passphrase of the backup exclude each other");
    }
    home.make();
    require_no_keystore(home);
    if (under_passphrase) custodian::require_no_bare_master_key(home);
    require_log(home, options);
    require_tombstones(home, options);
    const FileLock one_at_a_time(home.master_lock());
    require_no_keystore(home);
    const bool has_list = options.tombstones || fs::exists(home.tombstones());
    keystore::Restoration restoration(home.keystore());
    BackupParts parts(restoration.fd());
    try {
        decrypt(file, decryptor_for(home, options, [&](ByteView part) { parts(part); }));
    } catch (const crypto::AgeError& error) {
        if (error.failure() != crypto::AgeFailure::no_match) throw in_words_of_backup(error);
        throw not_opened(options);
    }
    const Key master = parts.master();
    const auto tombstones = gather_tombstones(home, options);
    std::optional<custodian::CaughtUp> log;
    std::string former_log;  // its verifier key
    std::vector<keystore::Tombstone> shredded_studies;
    const auto prepare = [&](keystore::Keystore& keystore, std::uint64_t shredded) {
        if (!options.new_log) require_newer_log(keystore, options.log ? fs::path(*options.log) : home.log());
        keep_master_key(home, master, under_passphrase, ask);
        keystore::append_tombstones(home.tombstones(), tombstones);
        shredded_studies = keystore::Shredding(keystore).tombstones();
        if (shredded > 0) {
            search::requeue_segments(keystore, keystore::IndexState(keystore).segments(), search::dicom_normaliser());
        }
        if (options.new_log) {
            former_log = custodian::public_keys(keystore).log;
            keystore::Anchors(keystore).start_new_log(*options.new_log);
        } else {
            if (options.log) log::copy_log(*options.log, home.log(), {custodian::log_key(keystore), {}});
            log = custodian::catch_up(keystore, home);
        }
    };
    if (!restoration.finish(master, tombstones, prepare)) {
        throw custodian::keystore_is_there(home);
    }
    (void)keystore::repair_tombstones(home.tombstones(), shredded_studies);
    if (!has_list)
        cli::say_note("there is no tombstones file: studies that were shredded since the backup are readable again");
    cli::say_note("restored the keystore in " + home.root().string());
    report_log(options, log, former_log);
}

}  // namespace msh
