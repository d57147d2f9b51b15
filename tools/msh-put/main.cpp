// msh-put: stores payloads as blocks and gives their records a CID.
#include <optional>
#include <string>
#include <vector>

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
    std::vector<std::string> files;
};

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-put", "Store the payloads of object records, and add their CIDs.",
                         "[OPTION]... [FILE]...");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE");
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common);

    const custodian::Home home(cli::home_folder(settings.common));
    home.make();
    Putter putter(home);
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { putter(batch); });
    output.commit();
    custodian::RunFolder::sweep(home.spool(), [](const Id&) { return true; });
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-put", [&] { return run(argc, argv); });
}
