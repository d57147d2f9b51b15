// msh-get: fetches payloads from any number of sources, every block verified, and tells where it put them.
#include <optional>
#include <string>
#include <vector>

#include "availability.hpp"
#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/program.hpp"
#include "cli/range.hpp"
#include "cli/record_loop.hpp"
#include "custodian/home.hpp"
#include "custodian/run_folder.hpp"
#include "getter.hpp"
#include "sources.hpp"

namespace {

using namespace msh;

struct Settings {
    cli::CommonOptions common;
    SourceOptions sources;
    std::optional<std::string> output;
    std::optional<std::string> range;
    bool availability = false;
    std::optional<std::string> repair;
    std::vector<std::string> files;
};

cli::ExitCode get(const Settings& settings, const custodian::Home& home, cli::RecordLoop& loop) {
    const auto range = cli::parse_range(settings.range);
    Sources sources(settings.sources, home, ipfs::LookupScope::around);
    Getter getter(home, sources, range, settings.common.quiet);
    loop.show_no_progress();
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { getter(batch); });
    getter.tell_without_source();
    if (getter.was_refused()) return cli::ExitCode::failed;
    return getter.may_go_better() ? cli::ExitCode::again : code;
}

cli::ExitCode look(const Settings& settings, const custodian::Home& home, cli::RecordLoop& loop) {
    Sources sources(settings.sources, home, ipfs::LookupScope::here);
    Availability availability(sources, settings.repair);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { availability(batch); });
    return code == cli::ExitCode::done ? availability.verdict() : code;
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-get", "Fetch the payloads of object records, and add their paths.",
                         "[OPTION]... [FILE]...");
    add_source_options(options, settings.sources);
    options.value("--range", settings.range, "OFFSET:LENGTH",
                  "fetch only what msh-decrypt --range needs for these bytes of each file");
    options.flag("--availability", settings.availability, "fetch nothing; print which sources have each payload");
    options.value("--repair", settings.repair, "PLACE",
                  "like --availability, and copy missing payloads to PLACE, a block store or the URL of a node's RPC",
                  cli::Role::block_store);
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common, options);
    const bool looks = settings.availability || settings.repair;
    if (looks && settings.range) {
        throw Error(ErrorKind::usage, "--availability, --repair and --range are mutually exclusive");
    }
    if (settings.repair == "") throw Error(ErrorKind::usage, "--repair: the name of the place is empty");
    (void)cli::parse_range(settings.range);

    const custodian::Home home(cli::home_folder(settings.common));
    home.make();
    custodian::sweep_fetched(home.fetched());
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = looks ? look(settings, home, loop) : get(settings, home, loop);
    output.commit();
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-get", [&] { return run(argc, argv); });
}
