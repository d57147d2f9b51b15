// msh-put: stores payloads as blocks in stores, archives and nodes, and adds their CIDs to the records; maintains a
// store.
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/program.hpp"
#include "care.hpp"
#include "cli/common.hpp"
#include "cli/messages.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "cli/repeated_errors.hpp"
#include "cli/requests.hpp"
#include "custodian/custodian.hpp"
#include "custodian/home.hpp"
#include "custodian/payload_places.hpp"
#include "custodian/run_folder.hpp"
#include "settings.hpp"
#include "storage/backlog.hpp"
#include "storage/directories.hpp"
#include "storage/giving_up.hpp"
#include "storage/putter.hpp"
#include "storage/request.hpp"
#include "storage/target_set.hpp"
#include "targets.hpp"

namespace {

using namespace msh;
namespace fs = std::filesystem;

// The step of each batch of records.
void put_batch(cli::Batch& batch, storage::Putter& putter, storage::Directories* directories) {
    cli::Requests<storage::Request> requests(batch);
    putter.put(requests.all());
    requests.settle();
    if (directories != nullptr) directories->add(requests.all());
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
    const auto write = [&](const std::vector<std::string>& records) {
        for (const std::string& record : records)
            output.put_line(record);
        output.flush();
    };
    const auto refuse = [&](const Error& why) { refusals.say("", why); };
    storage::Directories directories(targets, program, {write, refuse});
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
    add_options(options, settings);
    if (!cli::read_command_line(options, settings.common, argc, argv)) return cli::ExitCode::done;

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
    if (!settings.is_care()) return put(settings, home, output);
    const cli::ExitCode code = care_for_store(settings, home, output);
    output.commit();
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-put", [&] { return run(argc, argv); });
}
