#include "settings.hpp"

#include "base/error.hpp"

namespace msh {

void add_options(cli::Options& options, Settings& settings) {
    add_target_options(options, settings.targets);
    options.flag("--directory", settings.directory,
                 "also make a directory of each study's payloads, and a record of it");
    options.values("--payloads", settings.payloads, "DIR", "also read payloads in DIR, each as RUN/ID; may be repeated",
                   cli::Role::input);
    options.flag("--check", settings.check, "read every block of the store, and list the bad ones");
    options.flag("--repair", settings.repair, "like --check, and fetch the bad blocks from --from");
    options.values("--from", settings.from, "PLACE",
                   "fetch from PLACE, a block store, a CAR archive or the URL of a gateway; may be repeated",
                   cli::Role::input);
    options.flag("--gc", settings.collect, "list the blocks of your own store that no record of the keystore needs");
    options.flag("--remove", settings.remove, "with --gc: remove the blocks");
    options.value("--give-up", settings.give_up, "TARGET",
                  "forget the payloads that TARGET, a URL or folder, is missing");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
}

void require_one_task(const Settings& settings) {
    const int tasks = (settings.check ? 1 : 0) + (settings.repair ? 1 : 0) + (settings.collect ? 1 : 0);
    if (tasks > 1) throw Error(ErrorKind::usage, "--check, --repair and --gc are mutually exclusive");
    const TargetOptions& targets = settings.targets;
    const bool has_others = targets.car || !targets.nodes.empty() || targets.pin_service || settings.directory ||
                            targets.at_least || !settings.payloads.empty();
    if (tasks == 1 && (!settings.files.empty() || has_others || targets.stores.size() > 1)) {
        throw Error(ErrorKind::usage, "--check, --repair and --gc take one store and no records");
    }
    if (settings.collect && !targets.stores.empty()) {
        throw Error(ErrorKind::usage, "--gc is for your own store: another one may hold what others need");
    }
    if (settings.give_up && (tasks > 0 || !settings.files.empty() || has_others || !targets.stores.empty())) {
        throw Error(ErrorKind::usage, "--give-up takes one target and no records");
    }
    if (settings.remove && !settings.collect) throw Error(ErrorKind::usage, "--remove goes with --gc");
    if (settings.repair != !settings.from.empty()) throw Error(ErrorKind::usage, "--repair and --from go together");
}

}  // namespace msh
