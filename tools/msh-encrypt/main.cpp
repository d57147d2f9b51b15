// msh-encrypt: de-identifies DICOM files and encrypts them into the spool, a record each.
#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/messages.hpp"
#include "cli/output.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "custodian/custodian.hpp"
#include "custodian/run_folder.hpp"
#include "encryptor.hpp"
#include "input_report.hpp"

namespace {

using namespace msh;

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    std::optional<std::string> output;
    std::optional<std::string> project;
    std::optional<std::string> allow_pixel_text;
    bool null_separated = false;
    bool identified = false;
    bool again = false;
    bool renew = false;
    bool retry_refused = false;
    std::optional<std::string> report;
    bool pad = false;
    std::vector<std::string> paths;
};

std::string pixel_text_help() {
    std::string text = "Classes of --allow-pixel-text:\n";
    for (const dicom::PixelTextClass& entry : dicom::pixel_text_classes()) {
        std::string left = "  " + std::string(entry.word);
        left.resize(std::max<std::size_t>(left.size() + 2, 22), ' ');
        text.append(left).append(entry.description).append("\n");
    }
    return text;
}

void say_counts(const Counts& counts, const Settings& settings) {
    if (counts.refused + counts.damaged > 0 && !settings.common.show_paths) {
        cli::say_note(settings.report ? "hint: the report names them" : "hint: --show-paths shows their paths");
    }
    std::string text = std::to_string(counts.encrypted) + " encrypted";
    if (counts.known > 0) text += ", " + std::to_string(counts.known) + " already encrypted";
    if (counts.old > 0)
        text += ", " + std::to_string(counts.old) + " encrypted under older rules (--renew encrypts them again)";
    if (counts.refused > 0) text += ", " + std::to_string(counts.refused) + " refused by policy";
    if (counts.damaged > 0) text += ", " + std::to_string(counts.damaged) + " not readable";
    if (counts.refused_before > 0) text += ", " + std::to_string(counts.refused_before) + " refused as before";
    if (counts.damaged_before > 0) text += ", " + std::to_string(counts.damaged_before) + " not readable as before";
    if (counts.links > 0) {
        text += ", " + std::to_string(counts.links) + " symbolic link" + (counts.links == 1 ? "" : "s") + " skipped";
    }
    cli::say_note(text);
}

// What runs before this one left behind: whatever no record promises.
void sweep(const custodian::Home& home, keystore::Keystore& keystore) {
    keystore::Objects objects(keystore);
    custodian::RunFolder::sweep(home.spool(), [&](const Id& id) {
        const auto record = objects.get(id);
        return record && record->payload.path;
    });
}

// "--allow-pixel-text secondary-capture" would allow all, and take the class for a path.
void require_no_class(const std::vector<std::string>& paths) {
    const auto classes = dicom::pixel_text_classes();
    for (const std::string& path : paths) {
        const std::string word = path.substr(0, path.find(','));
        std::error_code ignored;
        const bool is_class = word == "all" || std::any_of(classes.begin(), classes.end(),
                                                           [&](const auto& one) { return one.word == word; });
        if (!is_class || std::filesystem::exists(path, ignored)) continue;
        throw Error(ErrorKind::usage, "an operand is not a file but a class of --allow-pixel-text",
                    "use an equals sign: --allow-pixel-text=" + word);
    }
}

EncryptOptions encrypt_options(const Settings& settings) {
    EncryptOptions options;
    if (settings.project) options.project = *settings.project;
    options.identified = settings.identified;
    options.again = settings.again;
    options.renew = settings.renew;
    options.retry_refused = settings.retry_refused;
    if (settings.allow_pixel_text == "all") {
        options.allowed = dicom::PixelTextSet::all();
    } else if (settings.allow_pixel_text) {
        options.allowed = dicom::parse_pixel_text(*settings.allow_pixel_text);
    }
    if (settings.allow_pixel_text) require_no_class(settings.paths);
    options.show_paths = settings.common.show_paths;
    options.quiet = settings.common.quiet;
    if (settings.null_separated && !settings.paths.empty()) {
        throw Error(ErrorKind::usage, "-0 is for a list on standard input, which is read when there is no operand");
    }
    if (options.again && options.renew) throw Error(ErrorKind::usage, "--again and --renew are mutually exclusive");
    if (options.identified && (settings.pad || settings.allow_pixel_text)) {
        throw Error(ErrorKind::usage, "--identified cannot be combined with --pad or --allow-pixel-text");
    }
    return options;
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-encrypt", "De-identify and encrypt DICOM files; write an object record for each.",
                         "[OPTION]... [PATH]...");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE", cli::Role::output);
    options.flag("-0,--null", settings.null_separated, "paths on standard input are terminated by NUL, not newline");
    options.value("--project", settings.project, "NAME", "encrypt for project NAME (default: default)");
    options.flag("--identified", settings.identified, "keep the file unchanged, including names; for treatment");
    options.optional_value("--allow-pixel-text", settings.allow_pixel_text, "all", "CLASS,...",
                           "accept images whose pixels may show names: all of them, or those of the classes below");
    options.flag("--pad", settings.pad, "no effect: files are always padded if possible (for older scripts)");
    options.flag("--again", settings.again, "encrypt files again that were encrypted before");
    options.flag("--renew", settings.renew, "encrypt files again that were encrypted under older rules");
    options.value("--report", settings.report, "FILE", "write the outcome of each input, with its path, to FILE",
                  cli::Role::output);
    options.flag("--retry-refused", settings.retry_refused,
                 "also report files that earlier runs reported as refused or not readable");
    cli::add_common_options(options, settings.common);
    cli::add_passphrase_options(options, settings.passphrase);
    options.operands(settings.paths);
    options.epilogue(pixel_text_help());
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common, options);
    const EncryptOptions wanted = encrypt_options(settings);

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore =
        custodian::unlock_keystore(home, cli::passphrase_reader(settings.passphrase, home.prompt_lock()));
    sweep(home, *keystore);
    dicom::load_dictionary();
    cli::Output output(settings.output);
    PathSource paths(settings.paths, settings.null_separated ? '\0' : '\n');
    InputReport report(settings.report);
    const Counts counts = Encryptor(home, *keystore, wanted, output, report).run(paths);
    output.commit();
    report.commit();
    say_counts(counts, settings);
    return counts.refused + counts.damaged == 0 ? cli::ExitCode::done : cli::ExitCode::bad_input;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-encrypt", [&] { return run(argc, argv); });
}
