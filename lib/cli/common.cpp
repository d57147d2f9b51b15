#include "cli/common.hpp"

#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/messages.hpp"

namespace msh::cli {
namespace fs = std::filesystem;
namespace {

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

fs::path default_home() {
    if (const auto home = environment("MSH_HOME")) return *home;
    // The XDG base directory specification has relative paths ignored.
    if (const auto data = environment("XDG_DATA_HOME"); data && data->starts_with('/')) return fs::path(*data) / "msh";
    if (const auto home = environment("HOME")) return fs::path(*home) / ".local/share/msh";
    if (const passwd* user = ::getpwuid(::getuid())) return fs::path(user->pw_dir) / ".local/share/msh";
    throw Error(ErrorKind::usage, "cannot determine the home folder", "set it with --home or MSH_HOME");
}

}  // namespace

void add_common_options(Options& options, CommonOptions& common) {
    options.value("--home", common.home, "DIR",
                  "use DIR as the home folder (default: $MSH_HOME, $XDG_DATA_HOME/msh or ~/.local/share/msh)",
                  Role::home);
    options.flag("-q,--quiet", common.quiet, "print only errors");
    options.flag("--show-paths", common.show_paths,
                 "show the paths of inputs in messages (they may contain patient names)");
}

void apply(CommonOptions& common, const Options& options) {
    set_quiet(common.quiet);
    common.show_paths = common.show_paths || ::isatty(STDERR_FILENO) == 1;
    set_shows_paths(common.show_paths);
    refuse_unsafe_outputs(options.named_files(), home_folder(common));
}

bool read_command_line(Options& options, CommonOptions& common, int argc, const char* const* argv) {
    if (options.parse(argc, argv) == Options::Outcome::help_shown) return false;
    apply(common, options);
    return true;
}

fs::path home_folder(const CommonOptions& common) {
    if (common.home && common.home->empty()) throw Error(ErrorKind::usage, "--home needs a folder");
    fs::path home = fs::absolute(common.home ? fs::path(*common.home) : default_home()).lexically_normal();
    if (!is_valid_utf8(home.string())) {
        throw Error(ErrorKind::usage, "the path of the home folder is not UTF-8, which records require",
                    "rename the folder, or name another one with --home or MSH_HOME");
    }
    return home;
}

}  // namespace msh::cli
