#include "lifecycle/log_choice.hpp"

#include <cstdint>

#include "base/error.hpp"
#include "base/file.hpp"
#include "custodian/custodian.hpp"
#include "keystore/anchors.hpp"
#include "log/copy.hpp"
#include "log/key.hpp"

namespace msh::lifecycle {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_checkpoint = std::size_t{64} << 10;

bool has_log(const fs::path& folder) {
    return fs::exists(folder / "checkpoint");
}

// Whether an interrupted run copied it.
bool is_copied(const fs::path& from, const fs::path& to) {
    return read_file(from / "checkpoint", max_checkpoint) == read_file(to / "checkpoint", max_checkpoint);
}

void require_no_log(const custodian::Home& home, const std::string& new_name) {
    if (!log::is_key_name(new_name)) {
        throw Error(ErrorKind::usage, "--new-log needs a printable name without white space and plus signs");
    }
    if (has_log(home.log())) {
        throw Error(ErrorKind::usage, "there is a log in the home folder already",
                    "omit --new-log to continue it, or move its folder away");
    }
}

void require_log_to_copy(const custodian::Home& home, const fs::path& folder) {
    if (!has_log(folder)) {
        throw Error(ErrorKind::usage, "there is no log in the folder of --log",
                    "a log begins with its first leaf; if there was none yet, begin a new one with --new-log");
    }
    if (has_log(home.log()) && !is_copied(folder, home.log())) {
        throw Error(ErrorKind::usage, "there is a log in the home folder already");
    }
}

}  // namespace

std::string unknown_leaves(const custodian::CaughtUp& log) {
    const std::uint64_t count = log.log_size - log.first_unknown;
    const std::string first = std::to_string(log.first_unknown);
    const std::string which =
        count == 1 ? "leaf " + first
                   : std::to_string(count) + " leaves (" + first + " to " + std::to_string(log.log_size - 1) + ")";
    return "the log holds " + which + " that this keystore does not know";
}

LogChoice::LogChoice(const custodian::Home& home, const std::optional<std::string>& copy_from,
                     const std::optional<std::string>& new_name)
    : home_(home), copy_from_(copy_from), new_name_(new_name) {
    if (new_name_) require_no_log(home_, *new_name_);
    if (copy_from_ && new_name_) throw Error(ErrorKind::usage, "--log and --new-log are mutually exclusive");
    if (copy_from_) require_log_to_copy(home_, *copy_from_);
    if (copy_from_ || new_name_ || has_log(home_.log())) return;
    throw Error(ErrorKind::usage, "the newest log is missing, and continuing without it would fork it",
                "name its folder with --log (and --tombstones FILE), or begin a new one with --new-log");
}

void LogChoice::require_newer_than(keystore::Keystore& keystore) const {
    if (new_name_) return;
    const fs::path folder = copy_from_.value_or(home_.log());
    if (custodian::log_extends_last_head(keystore, folder)) return;
    throw Error(ErrorKind::failed, "the log in '" + folder.string() + "' is older than the backup, or another one",
                "copy the newest log, and name its folder with --log");
}

void LogChoice::adopt(keystore::Keystore& keystore) {
    if (new_name_) {
        former_key_ = custodian::public_keys(keystore).log;
        keystore::Anchors(keystore).start_new_log(*new_name_);
        return;
    }
    if (copy_from_) log::copy_log(*copy_from_, home_.log(), {custodian::log_key(keystore), {}});
    caught_up_ = custodian::catch_up(keystore, home_);
}

void LogChoice::report(Program& program) const {
    if (new_name_) {
        program.note("the log is " + *new_name_ + " from now on");
        program.note("the fingerprint has changed: others must confirm it again");
        program.note("records in the former log are verified with its key: " + former_key_);
    } else if (caught_up_.first_unknown < caught_up_.log_size) {
        program.warn(unknown_leaves(caught_up_) + ": what was encrypted, granted or indexed since the backup is lost");
        program.note("name the files of your records with 'msh-key restore --catch-up' to see which");
    }
}

}  // namespace msh::lifecycle
