// msh-search: finds studies by what their originals said, and prints the records of their objects.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/messages.hpp"
#include "cli/output.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "cli/signals.hpp"
#include "cli/study_listing.hpp"
#include "custodian/custodian.hpp"
#include "custodian/study_originals.hpp"
#include "keys.hpp"
#include "keystore/objects.hpp"
#include "keystore/overview.hpp"
#include "keystore/projects.hpp"
#include "keystore/targets.hpp"
#include "search/finder.hpp"
#include "search/query.hpp"
#include "terms/attributes.hpp"

namespace {

using namespace msh;

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    std::optional<std::string> output;
    std::vector<std::string> keys;
    std::vector<std::string> files;
    search::StudyFilter filter;
    bool show = false;
};

void put_records(keystore::Keystore& keystore, const search::Found& found, cli::Output& output) {
    keystore::Objects objects(keystore);
    for (const Id& study : found.studies) {
        objects.for_each(study, [&](const record::Object& object) {
            output.put_line(record::to_json(object));
            output.flush();
        });
        cli::stop_if_signalled();
    }
}

// What cannot be opened is one more error of the search.
void put_summaries(keystore::Keystore& keystore, search::Found& found, cli::Output& output) {
    cli::StudyListing listing(output, std::string(keystore::own_store_target), true);
    record::PatientCount patients;
    for (const Id& study : found.studies) {
        record::PatientCount* counted = &patients;  // once, though a study has a summary for each epoch
        keystore::Overview(keystore).for_each_study(study, [&](record::StudySummary summary) {
            if (!summary.project) return;  // somebody else's of the same id, which nothing here was found in
            const auto on_error = [&](const Error& error) {
                found.errors.emplace_back(error.kind(), "study " + to_hex(study) + ": " + error.what());
            };
            summary.originals = custodian::study_originals(keystore, study, on_error, counted);
            counted = nullptr;
            listing.add(summary);
        });
    }
    listing.finish();
    const std::uint64_t number = patients.number();
    if (number > 1) cli::say_note("these are studies of " + std::to_string(number) + " patients");
}

void tell_state_of_index(const search::Found& found) {
    if (found.has_expired) cli::say_note("the index manifest has expired; run msh-index to renew it");
    if (found.may_miss_studies) {
        cli::say_note(
            "the index was made by another version of msh, and results may be incomplete; run msh-index to update it");
    }
}

void tell_what_was_not_searched(const search::Found& found) {
    if (found.unopened == 0) return;
    const std::string what =
        found.unopened == 1
            ? " object is not found by any search: its sealed box does not open; msh-index names it"
            : " objects are not found by any search: their sealed boxes do not open; msh-index names them";
    cli::say_warning(std::to_string(found.unopened) + what);
}

void tell_why_none(keystore::Keystore& keystore, const search::Query& query, const search::StudyFilter& filter) {
    if (filter.project) {
        const std::vector<std::string> names = keystore::Projects(keystore).names();
        if (std::find(names.begin(), names.end(), *filter.project) == names.end()) {
            return cli::say_note("hint: there is no project '" + *filter.project + "'");
        }
    }
    if (!query.hint.empty()) cli::say_note("hint: " + query.hint);
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-search", "Find studies by attributes of their originals; write their object records.",
                         "{-k ATTRIBUTE=VALUE | -f FILE}... [OPTION]...");
    options.values("-k,--key", settings.keys, "ATTRIBUTE=VALUE",
                   "find objects with this value; if repeated, all keys must match one object of a study");
    options.values("-f,--file", settings.files, "FILE", "read keys from FILE, one per line (- is standard input)",
                   cli::Role::input);
    options.value("--project", settings.filter.project, "NAME", "only studies of project NAME");
    options.value("--profile", settings.filter.profile, "NAME", "only studies of profile NAME: basic or identified");
    options.flag("--show", settings.show,
                 "instead of records, write a row for each study with patient, date, description and modalities");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    cli::add_passphrase_options(options, settings.passphrase);
    options.epilogue("Attributes: " + terms::searchable_keywords() + ".\n");
    if (!cli::read_command_line(options, settings.common, argc, argv)) return cli::ExitCode::done;
    const auto& profile = settings.filter.profile;
    if (profile && profile != "basic" && profile != "identified") {
        throw Error(ErrorKind::usage, "--profile is basic or identified");
    }
    const search::Query query = search::make_query(read_keys(settings.keys, settings.files));

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore =
        custodian::unlock_keystore(home, cli::passphrase_reader(settings.passphrase, home.prompt_lock()));
    cli::Output output(settings.output, settings.show ? 0600 : 0666);
    search::Finder finder(home, *keystore, settings.filter);
    search::Found found = finder.find(query.terms);
    tell_state_of_index(found);
    tell_what_was_not_searched(found);
    if (settings.show) {
        put_summaries(*keystore, found, output);
    } else {
        put_records(*keystore, found, output);
    }
    output.commit();
    for (const Error& error : found.errors)
        cli::say(error);
    if (!found.errors.empty()) return cli::ExitCode::bad_input;
    if (!found.studies.empty()) return cli::ExitCode::done;
    tell_why_none(*keystore, query, settings.filter);
    return cli::ExitCode::no;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-search", [&] { return run(argc, argv); });
}
