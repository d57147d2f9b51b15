// msh-encrypt: de-identifies DICOM files and encrypts them into the spool, a record each.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/line_reader.hpp"
#include "cli/messages.hpp"
#include "cli/output.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "custodian/custodian.hpp"
#include "custodian/home.hpp"
#include "custodian/run_folder.hpp"
#include "dicom/dictionary.hpp"
#include "intake/encryptor.hpp"
#include "intake/input.hpp"
#include "intake/operands.hpp"
#include "intake/options.hpp"
#include "intake/path_list.hpp"
#include "intake/result.hpp"
#include "printing.hpp"
#include "settings.hpp"

namespace {

using namespace msh;

// Of standard input.
intake::NextInputs listed_inputs(char separator) {
    const auto reader = std::make_shared<cli::LineReader>(std::vector<std::string>{"-"}, separator);
    return [reader, list = intake::PathList(separator)](std::size_t most) {
        std::vector<intake::Input> inputs;
        for (cli::LineReader::Entry& entry : reader->next(most, cli::max_line)) {
            switch (entry.kind) {
                case cli::LineReader::Kind::text:
                    inputs.push_back(list.path(entry.position, std::move(entry.text)));
                    break;
                case cli::LineReader::Kind::too_long:
                    inputs.push_back(list.too_long(entry.position, std::move(entry.text)));
                    break;
                case cli::LineReader::Kind::unreadable:
                    inputs.push_back(intake::PathList::unreadable(entry.position, entry.text));
                    break;
            }
        }
        return inputs;
    };
}

intake::NextInputs inputs_of(const Settings& settings) {
    if (settings.paths.empty()) return listed_inputs(settings.null_separated ? '\0' : '\n');
    const auto operands = std::make_shared<intake::Operands>(settings.paths);
    return [operands](std::size_t most) { return operands->next(most); };
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-encrypt", "De-identify and encrypt DICOM files; write an object record for each.",
                         "[OPTION]... [PATH]...");
    add_options(options, settings);
    if (!cli::read_command_line(options, settings.common, argc, argv)) return cli::ExitCode::done;
    const intake::Options wanted = encrypt_options(settings);

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore =
        custodian::unlock_keystore(home, cli::passphrase_reader(settings.passphrase, home.prompt_lock()));
    custodian::sweep_spool(home.spool(), *keystore);
    dicom::load_dictionary();
    cli::Output output(settings.output);
    InputReport report(settings.report);
    std::optional<Printer> printer(std::in_place, output, report, settings.common);
    const intake::Counts counts =
        intake::Encryptor(home, *keystore, wanted, *printer, cli::this_program()).run(inputs_of(settings));
    printer.reset();  // prints what it counted
    output.commit();
    report.commit();
    if (counts.failures() > 0 && !settings.common.show_paths) {
        cli::say_note(settings.report ? "hint: the report names them" : "hint: --show-paths shows their paths");
    }
    say_counts(counts);
    return counts.failures() == 0 ? cli::ExitCode::done : cli::ExitCode::bad_input;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-encrypt", [&] { return run(argc, argv); });
}
