// msh-anchor: gives each record a salted leaf in the log, and signs a checkpoint over it.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/common.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "cli/requests.hpp"
#include "custodian/anchorer.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"

namespace {

using namespace msh;

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    std::optional<std::string> output;
    std::vector<std::string> files;
};

// Assigns leaves to a batch, and gives back what is left to do: to publish them.
cli::RecordLoop::Rest anchor(cli::Batch& batch, custodian::Anchorer& anchorer) {
    cli::Requests<custodian::AnchorRequest> requests(batch);
    anchorer.assign(requests.all());
    return [&anchorer, requests = std::move(requests)]() mutable {
        anchorer.publish(requests.all());
        requests.settle();
    };
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-anchor", "Append a leaf to the log for each record, and add its index to the record.",
                         "[OPTION]... [FILE]...");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    cli::add_passphrase_options(options, settings.passphrase);
    options.operands(settings.files);
    if (!cli::read_command_line(options, settings.common, argc, argv)) return cli::ExitCode::done;

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore =
        custodian::unlock_keystore(home, cli::passphrase_reader(settings.passphrase, home.prompt_lock()));
    custodian::Anchorer anchorer(home, *keystore);
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run_overlapped([&](cli::Batch& batch) { return anchor(batch, anchorer); });
    custodian::publish(*keystore, home);  // what an earlier run assigned and did not live to publish
    output.commit();
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-anchor", [&] { return run(argc, argv); });
}
