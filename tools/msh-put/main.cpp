// msh-put: stores payloads as blocks, in stores and archives, and gives their records a CID.
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "custodian/home.hpp"
#include "custodian/run_folder.hpp"
#include "putter.hpp"

namespace {

using namespace msh;

struct Settings {
    cli::CommonOptions common;
    std::optional<std::string> output;
    std::vector<std::string> stores;
    std::optional<std::string> car;
    std::vector<std::string> files;
};

// The own store, unless others are named.
std::vector<std::unique_ptr<Target>> targets(const Settings& settings, const custodian::Home& home) {
    std::vector<std::unique_ptr<Target>> targets;
    for (const std::string& folder : settings.stores)
        targets.push_back(std::make_unique<StoreTarget>(folder));
    if (settings.car) targets.push_back(std::make_unique<CarTarget>(*settings.car));
    if (targets.empty()) targets.push_back(std::make_unique<StoreTarget>(home.store()));
    return targets;
}

void require_places(const Settings& settings) {
    if (settings.car != "-") return;
    if (!settings.output || settings.output == "-") {
        throw Error(ErrorKind::usage, "--car - writes to standard output, where the records go",
                    "write the records to a file with -o");
    }
    if (::isatty(STDOUT_FILENO) == 1) throw Error(ErrorKind::usage, "an archive is not written to a terminal");
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-put", "Store the payloads of object records, and add their CIDs.",
                         "[OPTION]... [FILE]...");
    options.values("--store", settings.stores, "DIR",
                   "store in the folder of blocks DIR; may be repeated (default: the own store)");
    options.value("--car", settings.car, "FILE", "write a CAR archive of all payloads; - is standard output");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE");
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common);

    const custodian::Home home(cli::home_folder(settings.common));
    home.make();
    require_places(settings);
    Putter putter(home, targets(settings, home));
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { putter(batch); });
    putter.finish();
    output.commit();
    custodian::RunFolder::sweep(home.spool(), [](const Id&) { return true; });
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-put", [&] { return run(argc, argv); });
}
