#include "catch_up.hpp"

#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "cli/messages.hpp"
#include "cli/record_loop.hpp"
#include "crypto/age.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "custodian/opening.hpp"
#include "keystore/compaction.hpp"
#include "keystore/index_state.hpp"
#include "keystore/objects.hpp"
#include "keystore/shredding.hpp"
#include "keystore/tombstones.hpp"
#include "search/flush.hpp"
#include "tombstones.hpp"

namespace msh {
namespace {

constexpr std::size_t enough_to_tell = 64;  // whether it is an age file

// A backup named by mistake would be read as thousands of damaged lines. A pipe is not looked at: that takes from it.
void require_no_backup(const std::vector<std::string>& files) {
    for (const std::string& name : files) {
        struct stat status {};
        if (::stat(name.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
        const FileDescriptor file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file) continue;  // as an input that cannot be read, later
        Bytes beginning(enough_to_tell);
        beginning.resize(read_at(file.get(), beginning, 0));
        if (beginning.empty() || !crypto::may_begin_age(beginning)) continue;
        throw Error(ErrorKind::usage, "--catch-up takes no backup, but files of records",
                    "to restore a backup, omit --catch-up");
    }
}

void shred_again(keystore::Keystore& keystore, const custodian::Home& home) {
    if (!std::filesystem::exists(home.tombstones())) {
        throw Error(ErrorKind::usage, "there is no list of shredded studies",
                    "put a copy of 'tombstones' into the home folder; an empty file states that nothing was shredded");
    }
    const auto tombstones = keystore::read_tombstones(home.tombstones());
    if (keystore::Shredding(keystore).apply(tombstones) > 0) {
        search::requeue_segments(keystore, keystore::IndexState(keystore).segments(), search::dicom_normaliser());
    }
    keystore::Compaction(keystore).run_if_scheduled();
    keep_tombstones(keystore, home);
}

void tell(const custodian::CaughtUp& log, bool has_files) {
    if (!log.is_continued) {
        throw Error(ErrorKind::failed, "the log is not the one that was signed last, or an older copy of it",
                    "restore the newest copy of the log's folder");
    }
    if (log.known < log.size) {
        cli::say_note(unknown_leaves(log) + "; the keystore now continues after the last of them");
    } else if (!has_files) {
        cli::say_note("the keystore is not older than its log");
    }
    if (!has_files) {
        cli::say_note("give the files of your records to recover their objects and to list those whose keys are lost");
    }
}

// Decides which records of the own log can be added to the keystore again.
class Recovery {
  public:
    Recovery(keystore::Keystore& keystore, const custodian::Home& home)
        : keystore_(keystore), objects_(keystore), opener_(keystore), log_(custodian::open_log(keystore, home)) {}

    void take(cli::Batch& batch) {
        keystore::Transaction transaction(keystore_);
        batch.drop_other_types();
        for (cli::Item* item : batch.objects()) {
            try {
                item->dropped = !is_lost(*item->object);
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::input) throw;
                item->fail(error);
            }
        }
        transaction.commit();
    }

    [[nodiscard]] bool has_lost_keys() const { return lost_ > 0; }

    // `has_read_all`: whether every line was a record that could be judged.
    void report(bool has_read_all) const {
        const auto records = [](std::uint64_t count) {
            return std::to_string(count) + (count == 1 ? " record" : " records");
        };
        if (readmitted_ > 0) cli::say_note(records(readmitted_) + " added to the keystore again");
        if (lost_ > 0) return cli::say_note("the keys of " + records(lost_) + " are lost");
        cli::say_note(has_read_all ? "no keys of records anchored here are lost"
                                   : "no keys of the records that could be read are lost");
    }

  private:
    bool is_lost(const record::Object& object) {
        if (!object.anchor || object.anchor->origin != log_.checkpoint().origin) return false;
        if (!log_.contains(object.anchor->index, custodian::leaf_data(object))) {
            throw Error(ErrorKind::input, "'anchor' refers to another record's leaf");
        }
        if (objects_.merge(object, keystore::Backing::leaf)) return false;
        if (keystore::Shredding(keystore_).was_shredded(object.study) == keystore::Whose::own) return false;
        if (!has_keys(object)) {
            ++lost_;
            return true;
        }
        objects_.add_recovered(object);
        ++readmitted_;
        return false;
    }

    // Whether the secrets that the keystore has, which may be older than the object, open both of its boxes.
    bool has_keys(const record::Object& object) {
        try {
            (void)custodian::open_about(object, opener_.study_secret(object));
            (void)custodian::open_sealed(keystore_, object);
            return true;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input) throw;
            return false;
        }
    }

    keystore::Keystore& keystore_;
    keystore::Objects objects_;
    custodian::Opener opener_;
    log::Reader log_;
    std::uint64_t readmitted_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace

std::string unknown_leaves(const custodian::CaughtUp& log) {
    const std::uint64_t count = log.size - log.known;
    const std::string first = std::to_string(log.known);
    const std::string which =
        count == 1 ? "leaf " + first
                   : std::to_string(count) + " leaves (" + first + " to " + std::to_string(log.size - 1) + ")";
    return "the log holds " + which + " that this keystore does not know";
}

cli::ExitCode catch_up_with_log(const custodian::Home& home, const cli::CommonOptions& common,
                                const custodian::AskPassphrase& ask, const std::vector<std::string>& files) {
    require_no_backup(files);
    const auto keystore = custodian::unlock_keystore(home, ask);
    const FileLock one_at_a_time(home.master_lock());
    shred_again(*keystore, home);
    tell(custodian::catch_up(*keystore, home), !files.empty());
    if (files.empty()) return cli::ExitCode::done;

    Recovery recovery(*keystore, home);
    cli::Output output(std::nullopt);
    cli::RecordLoop loop(files, common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { recovery.take(batch); });
    output.commit();
    const bool has_read_all = code == cli::ExitCode::done;
    recovery.report(has_read_all);
    return has_read_all && recovery.has_lost_keys() ? cli::ExitCode::no : code;
}

}  // namespace msh
