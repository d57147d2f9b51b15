// msh-get: fetches payloads from any number of sources, every block verified, and tells where it put them.
#include <optional>
#include <string>
#include <vector>

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
    std::vector<std::string> files;
};

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-get", "Fetch the payloads of object records, and add their paths.",
                         "[OPTION]... [FILE]...");
    add_source_options(options, settings.sources);
    options.value("--range", settings.range, "OFFSET:LENGTH",
                  "fetch only what msh-decrypt --range needs for these bytes of each file");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE");
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common);
    const auto range = cli::parse_range(settings.range);

    const custodian::Home home(cli::home_folder(settings.common));
    home.make();
    custodian::RunFolder::sweep(home.fetched(), [](const Id&) { return true; });
    Sources sources(settings.sources, home, ipfs::Looking::around);
    Getter getter(home, sources, range ? std::optional(ipfs::Range{range->offset, range->length}) : std::nullopt,
                  settings.common.quiet);
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    loop.show_no_progress();
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { getter(batch); });
    output.commit();
    return getter.may_go_better() ? cli::ExitCode::again : code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-get", [&] { return run(argc, argv); });
}
