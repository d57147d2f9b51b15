// msh-decrypt: opens payloads, and leaves DICOM files that were checked to their last byte.
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "cli/range.hpp"
#include "cli/record_loop.hpp"
#include "custodian/custodian.hpp"
#include "custodian/decryptor.hpp"
#include "custodian/run_folder.hpp"

namespace {

using namespace msh;

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    std::optional<std::string> folder;
    std::optional<std::string> range;
    bool null_terminated = false;
    std::vector<std::string> files;
};

// The step of each batch of records.
void decrypt_batch(cli::Batch& batch, custodian::Decryptor& decryptor) {
    batch.drop_other_types();
    const std::vector<cli::Item*> items = batch.objects();
    std::vector<custodian::DecryptRequest> requests;
    requests.reserve(items.size());
    for (const cli::Item* const item : items)
        requests.push_back({*item->object});
    decryptor.decrypt(requests);
    for (std::size_t i = 0; i < items.size(); ++i) {
        items[i]->error = std::move(requests[i].error);
        if (!items[i]->failed()) items[i]->result = requests[i].file.string();
    }
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-decrypt", "Decrypt the payloads of object records into DICOM files; write their paths.",
                         "-o DIR [OPTION]... [FILE]...");
    options.value("-o,--output", settings.folder, "DIR", "put the files into DIR", cli::Role::output_folder);
    options.value("--range", settings.range, "OFFSET:LENGTH", "decrypt only these bytes of each file");
    options.flag("-0,--null", settings.null_terminated, "end each path with NUL, not newline");
    cli::add_common_options(options, settings.common);
    cli::add_passphrase_options(options, settings.passphrase);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common, options);
    if (!settings.folder || settings.folder->empty()) {
        throw Error(ErrorKind::usage, "a folder for the files is needed", "name one with -o");
    }
    if (*settings.folder == "-") throw Error(ErrorKind::usage, "-o needs a folder, not standard output");

    const auto range = cli::parse_range(settings.range);

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore =
        custodian::unlock_keystore(home, cli::passphrase_reader(settings.passphrase, home.prompt_lock()));
    custodian::Decryptor decryptor(home, *keystore, *settings.folder, range);
    cli::Output output(std::nullopt);
    cli::RecordLoop loop(settings.files, settings.common, output);
    if (settings.null_terminated) loop.set_end('\0');
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { decrypt_batch(batch, decryptor); });
    output.commit();
    custodian::sweep_fetched(home.fetched());
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-decrypt", [&] { return run(argc, argv); });
}
