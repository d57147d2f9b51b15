// msh-put: stores payloads as blocks in stores, archives and nodes, and adds their CIDs to the records; maintains a
// store.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/messages.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "cli/repeated_errors.hpp"
#include "cli/signals.hpp"
#include "custodian/custodian.hpp"
#include "custodian/home.hpp"
#include "custodian/payload_places.hpp"
#include "custodian/run_folder.hpp"
#include "keystore/targets.hpp"
#include "nodes/open_sources.hpp"
#include "storage/backlog.hpp"
#include "storage/directories.hpp"
#include "storage/giving_up.hpp"
#include "storage/putter.hpp"
#include "storage/request.hpp"
#include "storage/target_name.hpp"
#include "storage/target_set.hpp"
#include "targets.hpp"
#include "upkeep.hpp"

namespace {

using namespace msh;
namespace fs = std::filesystem;

struct Settings {
    cli::CommonOptions common;
    std::optional<std::string> output;
    TargetOptions targets;
    bool directory = false;
    std::vector<std::string> payloads;
    std::vector<std::string> from;
    bool check = false;
    bool repair = false;
    bool collect = false;
    bool remove = false;
    std::optional<std::string> give_up;
    std::vector<std::string> files;

    [[nodiscard]] bool is_upkeep() const { return check || repair || collect; }
};

void require_one_task(const Settings& settings) {
    const int tasks = (settings.check ? 1 : 0) + (settings.repair ? 1 : 0) + (settings.collect ? 1 : 0);
    if (tasks > 1) throw Error(ErrorKind::usage, "--check, --repair and --gc exclude one another");
    const TargetOptions& targets = settings.targets;
    const bool has_others = targets.car || !targets.nodes.empty() || targets.pin_service || settings.directory ||
                            targets.at_least || !settings.payloads.empty();
    if (tasks == 1 && (!settings.files.empty() || has_others || targets.stores.size() > 1)) {
        throw Error(ErrorKind::usage, "--check, --repair and --gc take one store and no records");
    }
    if (settings.collect && !targets.stores.empty()) {
        throw Error(ErrorKind::usage, "--gc is for the own store: another one may hold what others need");
    }
    if (settings.give_up && (tasks > 0 || !settings.files.empty() || has_others || !targets.stores.empty())) {
        throw Error(ErrorKind::usage, "--give-up takes one target and no records");
    }
    if (settings.remove && !settings.collect) throw Error(ErrorKind::usage, "--remove goes with --gc");
    if (settings.repair != !settings.from.empty()) throw Error(ErrorKind::usage, "--repair and --from go together");
}

cli::ExitCode care(const Settings& settings, const custodian::Home& home, cli::Output& output) {
    const fs::path folder = settings.targets.stores.empty() ? home.store() : fs::path(settings.targets.stores.front());
    const std::string name = storage::store_name(folder, home.store());
    const auto keystore = custodian::open_keystore_if_any(home);
    const bool has_payloads = keystore && keystore::Targets(*keystore).has_any(name);
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored) && !(settings.repair && has_payloads)) {
        throw Error(ErrorKind::failed, "'" + folder.string() + "' is not a folder of blocks",
                    has_payloads ? "payloads were put into it: --repair makes it again" : "");
    }
    nodes::refuse_home(folder);
    const auto access = settings.check ? ipfs::BlockStore::Access::read : ipfs::BlockStore::Access::write;
    Upkeep upkeep(folder, name, access, keystore.get(), output, settings.common.quiet);
    if (settings.collect) {
        upkeep.collect(settings.remove ? Upkeep::Unneeded::remove : Upkeep::Unneeded::list);
        return cli::ExitCode::done;
    }
    nodes::OpenSources sources({.limits = http::limits_of(settings.targets.network.timeout),
                                .is_over = cli::is_signalled,
                                .ca_file = settings.targets.network.ca_file});
    for (const std::string& place : settings.from) {
        cli::say_warning(sources.open(place));
    }
    if (!settings.repair) return upkeep.check() ? cli::ExitCode::done : cli::ExitCode::no;
    const bool is_well = upkeep.repair(*sources.fetcher(cli::say_warning));
    if (upkeep.was_refused()) return cli::ExitCode::failed;
    if (upkeep.may_go_better()) return cli::ExitCode::again;
    return is_well ? cli::ExitCode::done : cli::ExitCode::no;
}

// The step of each batch of records.
void put_batch(cli::Batch& batch, storage::Putter& putter, storage::Directories* directories) {
    const std::vector<cli::Item*> items = batch.objects();
    std::vector<storage::Request> requests;
    for (cli::Item* const item : items)
        requests.push_back({*item->object, item->line});
    putter.put(requests);
    for (std::size_t i = 0; i < items.size(); ++i)
        items[i]->error = requests[i].error;
    if (directories != nullptr) directories->add(requests);
}

// Before any target is opened, and by its name where messages may have it.
void require_payload_folders(const std::vector<std::string>& folders) {
    for (const std::string& folder : folders) {
        std::error_code ignored;
        if (fs::is_directory(folder, ignored)) continue;
        throw Error(ErrorKind::usage, cli::input_name("a folder of --payloads", folder) + " is not there");
    }
}

cli::ExitCode put(const Settings& settings, const custodian::Home& home, cli::Output& output) {
    require_payload_folders(settings.payloads);
    Program& program = cli::this_program();
    const OpenTargets open(settings.targets, home);
    storage::TargetSet targets(open.list(), settings.targets.least(), program);
    const custodian::PayloadPlaces places(home, settings.payloads);
    const auto keystore = custodian::open_keystore_if_any(home);
    targets.open(keystore.get());
    storage::Putter putter(home, places, keystore.get(), targets, program);
    cli::RepeatedErrors refusals;
    storage::Directories directories(targets, program,
                                     {.write =
                                          [&](const std::vector<std::string>& records) {
                                              for (const std::string& record : records)
                                                  output.put_line(record);
                                              output.flush();
                                          },
                                      .refused = [&](const Error& why) { refusals.say("", why); }});
    cli::RecordLoop loop(settings.files, settings.common, output);
    cli::ExitCode code =
        loop.run([&](cli::Batch& batch) { put_batch(batch, putter, settings.directory ? &directories : nullptr); });
    if (!directories.put()) code = cli::ExitCode::bad_input;
    if (directories.may_go_better()) code = cli::ExitCode::again;
    targets.close(code == cli::ExitCode::done);
    output.commit();  // what was missing may take hours to send
    storage::Backlog backlog(putter, keystore.get(), targets, program);
    if (!backlog.send() && code == cli::ExitCode::done) code = cli::ExitCode::bad_input;
    backlog.tell();
    custodian::RunFolder::sweep(home.spool(), [](const Id&) { return true; });
    if (backlog.has_failed()) return cli::ExitCode::failed;
    return putter.may_go_better() || backlog.may_go_better() ? cli::ExitCode::again : code;
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-put", "Store the payloads of object records, and add their CIDs to the records.",
                         "[OPTION]... [FILE]...");
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
    options.flag("--gc", settings.collect, "list the blocks of the own store that no record of the keystore needs");
    options.flag("--remove", settings.remove, "with --gc: remove the blocks");
    options.value("--give-up", settings.give_up, "TARGET",
                  "forget the payloads that TARGET, a URL or folder, is missing");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common, options);

    require_one_task(settings);
    require_targets(settings.targets, settings.output);

    const custodian::Home home(cli::home_folder(settings.common));
    home.make();
    if (settings.give_up) {
        NamedTargets others(settings.targets, home);
        storage::give_up(
            home, *settings.give_up, [&](const std::string& name) { return others.open(name); }, cli::this_program());
        return cli::ExitCode::done;
    }
    cli::Output output(settings.output);
    if (!settings.is_upkeep()) return put(settings, home, output);
    const cli::ExitCode code = care(settings, home, output);
    output.commit();
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-put", [&] { return run(argc, argv); });
}
