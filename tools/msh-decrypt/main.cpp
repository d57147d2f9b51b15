// msh-decrypt: opens payloads, and leaves DICOM files that were checked to their last byte.
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "cli/range.hpp"
#include "cli/record_loop.hpp"
#include "cli/requests.hpp"
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
    cli::Requests<custodian::DecryptRequest> requests(batch);
    decryptor.decrypt(requests.all());
    requests.settle([](cli::Item& item, const auto& request) { item.result = request.file.string(); });
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
    if (!cli::read_command_line(options, settings.common, argc, argv)) return cli::ExitCode::done;
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
