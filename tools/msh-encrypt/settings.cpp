#include "settings.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"
#include "dicom/pixel_text.hpp"

namespace msh {
namespace {

std::string pixel_text_help() {
    std::string text = "Classes of --allow-pixel-text:\n";
    for (const dicom::PixelTextClass& entry : dicom::pixel_text_classes()) {
        std::string left = "  " + std::string(entry.name);
        left.resize(std::max<std::size_t>(left.size() + 2, 22), ' ');
        text.append(left).append(entry.description).append("\n");
    }
    return text;
}

// "--allow-pixel-text secondary-capture" would allow all, and take the class for a path.
void require_no_class(const std::vector<std::string>& paths) {
    const auto classes = dicom::pixel_text_classes();
    for (const std::string& path : paths) {
        const std::string name = path.substr(0, path.find(','));
        std::error_code ignored;
        const bool is_class = name == "all" || std::any_of(classes.begin(), classes.end(),
                                                           [&](const auto& one) { return one.name == name; });
        if (!is_class || std::filesystem::exists(path, ignored)) continue;
        throw Error(ErrorKind::usage, "an operand is not a file but a class of --allow-pixel-text",
                    "use an equals sign: --allow-pixel-text=" + name);
    }
}

}  // namespace

void add_options(cli::Options& options, Settings& settings) {
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
}

intake::Options encrypt_options(const Settings& settings) {
    intake::Options options;
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
    if (settings.null_separated && !settings.paths.empty()) {
        throw Error(ErrorKind::usage, "-0 is for a list on standard input, which is read when there is no operand");
    }
    if (options.again && options.renew) throw Error(ErrorKind::usage, "--again and --renew are mutually exclusive");
    if (options.identified && (settings.pad || settings.allow_pixel_text)) {
        throw Error(ErrorKind::usage, "--identified cannot be combined with --pad or --allow-pixel-text");
    }
    return options;
}

}  // namespace msh
