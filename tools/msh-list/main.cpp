// msh-list: lists what the keystore knows of studies, objects, grants, targets, and refused or unreadable files.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/common.hpp"
#include "cli/output.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "custodian/custodian.hpp"
#include "lists.hpp"

namespace {

using namespace msh;

constexpr std::array<std::string_view, 5> lists{"studies", "objects", "grants", "targets", "refused"};

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    std::optional<std::string> output;
    std::vector<std::string> studies;
    bool show = false;
    std::vector<std::string> operands;
};

std::string read_list(const Settings& settings) {
    const std::string hint = "the lists are studies, objects, grants, targets and refused";
    if (settings.operands.empty()) throw Error(ErrorKind::usage, "the name of a list is missing", hint);
    const std::string& list = settings.operands.front();
    if (std::find(lists.begin(), lists.end(), list) == lists.end()) {
        throw Error(ErrorKind::usage, "unknown list '" + printable(list) + "'", hint);
    }
    if (settings.operands.size() > 1) throw Error(ErrorKind::usage, "only one list can be named");
    if (settings.show && list != "studies" && list != "grants") {
        throw Error(ErrorKind::usage, "--show goes with studies and grants");
    }
    if (!settings.studies.empty() && list != "studies" && list != "objects") {
        throw Error(ErrorKind::usage, "--study goes with studies and objects");
    }
    return list;
}

std::vector<Id> read_studies(const std::vector<std::string>& texts) {
    std::vector<Id> studies;
    for (const std::string& text : texts) {
        const auto id = array_from_hex<16>(text);
        if (!id) throw Error(ErrorKind::usage, "a study is 32 hex digits");
        studies.push_back(*id);
    }
    return studies;
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-list",
                         "List the contents of the keystore: as a table on a terminal, as lines of JSON otherwise.",
                         "studies|objects|grants|targets|refused [OPTION]...");
    options.flag("--show", settings.show,
                 "with studies: also patient, date and description, from the sealed boxes; with grants: labels");
    options.values("--study", settings.studies, "STUDY", "list only this study, or its objects; may be repeated");
    options.value("-o,--output", settings.output, "FILE", "write to FILE, as lines of JSON", cli::Role::output);
    cli::add_common_options(options, settings.common);
    cli::add_passphrase_options(options, settings.passphrase);
    options.operands(settings.operands, cli::Role::text);
    if (!cli::read_command_line(options, settings.common, argc, argv)) return cli::ExitCode::done;
    const std::string list = read_list(settings);
    const ListOptions list_options{read_studies(settings.studies), settings.show};

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore = settings.show ? custodian::unlock_keystore(
                                              home, cli::passphrase_reader(settings.passphrase, home.prompt_lock()))
                                        : custodian::open_keystore(home);
    cli::Output output(settings.output, settings.show ? 0600 : 0666);
    bool is_whole = true;
    if (list == "studies") is_whole = list_studies(*keystore, list_options, output);
    if (list == "objects") list_objects(*keystore, list_options, output);
    if (list == "grants") list_grants(*keystore, list_options, output);
    if (list == "targets") list_targets(*keystore, output);
    if (list == "refused") list_refused(*keystore, output);
    output.commit();
    return is_whole ? cli::ExitCode::done : cli::ExitCode::bad_input;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-list", [&] { return run(argc, argv); });
}
