// msh-index: adds objects to the encrypted index, by terms made of what their sealed boxes hold.
#include "base/attempt.hpp"
#include "base/encoding.hpp"
#include "cli/common.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "cli/repeated_errors.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "search/indexer.hpp"

namespace {

using namespace msh;

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    std::optional<std::string> output;
    std::vector<std::string> files;
};

void index_batch(keystore::Keystore& keystore, search::Indexer& indexer, cli::Batch& batch) {
    keystore::Transaction transaction(keystore);
    for (cli::Item* item : batch.objects())
        attempt(item->error, [&] { record::add_missing(item->line, indexer.add(*item->object)); });
    transaction.commit();
    indexer.flush_if_full();
}

void report(const std::vector<search::NotIndexed>& failures) {
    cli::RepeatedErrors errors;
    for (const search::NotIndexed& failure : failures)
        errors.say("object " + to_hex(failure.object), failure.why);
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-index", "Add object records to the encrypted index.", "[OPTION]... [FILE]...");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    cli::add_passphrase_options(options, settings.passphrase);
    options.operands(settings.files);
    if (!cli::read_command_line(options, settings.common, argc, argv)) return cli::ExitCode::done;

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore =
        custodian::unlock_keystore(home, cli::passphrase_reader(settings.passphrase, home.prompt_lock()));
    custodian::require_keystore_up_to_date(*keystore, home);
    search::Indexer indexer(home, *keystore);
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { index_batch(*keystore, indexer, batch); });
    indexer.flush();
    output.commit();
    report(indexer.failures());
    return indexer.failures().empty() ? code : cli::ExitCode::bad_input;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-index", [&] { return run(argc, argv); });
}
