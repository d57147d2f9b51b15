#include "lifecycle/catch_up.hpp"

#include <algorithm>

#include "base/attempt.hpp"
#include "base/error.hpp"
#include "base/file_lock.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "commands.hpp"
#include "custodian/custodian.hpp"
#include "lifecycle/backup_file.hpp"
#include "lifecycle/recovery.hpp"

namespace msh {
namespace {

// A backup named by mistake would be read as thousands of damaged lines.
void require_no_backup(const Settings& settings) {
    if (settings.identity || settings.tombstones || settings.log || settings.new_log ||
        settings.backup_passphrase.given()) {
        throw Error(ErrorKind::usage, "--catch-up cannot be combined with a backup or its options");
    }
    if (std::none_of(settings.operands.begin(), settings.operands.end(), lifecycle::may_be_backup)) return;
    throw Error(ErrorKind::usage, "--catch-up takes no backup, but files of records",
                "to restore a backup, omit --catch-up");
}

// Only the records whose keys are lost leave.
void judge_batch(keystore::Keystore& keystore, lifecycle::Recovery& recovery, cli::Batch& batch) {
    keystore::Transaction transaction(keystore);
    batch.drop_other_types();
    for (cli::Item* item : batch.objects()) {
        attempt(item->error,
                [&] { item->dropped = recovery.judge(*item->object) != lifecycle::Recovery::Verdict::keys_lost; });
    }
    transaction.commit();
}

}  // namespace

cli::ExitCode catch_up(const Settings& settings, const custodian::Home& home) {
    require_no_backup(settings);
    const std::vector<std::string>& files = settings.operands;
    const auto keystore = custodian::unlock_keystore(home, settings.ask(home));
    const FileLock one_at_a_time(home.master_lock());
    lifecycle::catch_up(*keystore, home, !files.empty(), cli::this_program());
    if (files.empty()) return cli::ExitCode::done;

    lifecycle::Recovery recovery(*keystore, home);
    cli::Output output(std::nullopt);
    cli::RecordLoop loop(files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { judge_batch(*keystore, recovery, batch); });
    output.commit();
    const bool has_read_all = code == cli::ExitCode::done;
    recovery.report(has_read_all, cli::this_program());
    return has_read_all && recovery.has_lost_keys() ? cli::ExitCode::no : code;
}

}  // namespace msh
