#include "settings.hpp"

#include <charconv>
#include <system_error>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/messages.hpp"
#include "granting/recipients.hpp"
#include "record/grant.hpp"

namespace msh {

void add_options(cli::Options& options, Settings& settings) {
    options.values("--to", settings.to, "RECIPIENT",
                   "grant to an age recipient (age1...) or the owner of a card (a file); may be repeated",
                   cli::Role::input);
    options.value("--not-after", settings.not_after, "DATE", "the grant ends with DATE");
    options.value("--patients", settings.patients, "N",
                  "the records are of exactly N patients, or of 'any' number (default: 1)");
    options.flag("--across-projects", settings.across_projects, "the records may be of several projects");
    options.flag("--across-profiles", settings.across_profiles, "the records may be of several profiles");
    options.value("--label", settings.label, "TEXT", "keep TEXT with the grant, for yourself: who the recipient is");
    options.value("--label-file", settings.label_file, "FILE", "the same, read from FILE", cli::Role::input);
    options.value("--as-age", settings.as_age, "DIR", "write each object into DIR as an ordinary age file instead",
                  cli::Role::output_folder, ".dcm.age");
    options.value("--accept", settings.accept, "FILE",
                  "accept the grant in FILE (- is standard input); write its records", cli::Role::input);
    options.value("--issuer", settings.issuer, "FINGERPRINT", "the grant must come from the custodian of FINGERPRINT");
    options.flag("--card", settings.card, "write your own card, for others to grant to");
    options.value("-o,--output", settings.output, "FILE", "write to FILE; a folder where there are several recipients",
                  cli::Role::output, ".grant");
    cli::add_common_options(options, settings.common);
    cli::add_passphrase_options(options, settings.passphrase);
    options.operands(settings.files);
}

void require_one_task(const Settings& settings) {
    const int tasks = static_cast<int>(!settings.to.empty()) + static_cast<int>(settings.accept.has_value()) +
                      static_cast<int>(settings.card);
    const bool has_label = settings.label || settings.label_file;
    const bool has_limits = settings.patients || settings.across_projects || settings.across_profiles;
    if (tasks == 0 && (settings.as_age || settings.not_after || has_label || has_limits || !settings.files.empty())) {
        throw Error(ErrorKind::usage, "--to is missing", granting::recipient_hint());
    }
    if (tasks != 1) {
        const std::string which = tasks == 0 ? "one of --to, --accept and --card is needed"
                                             : "--to, --accept and --card are mutually exclusive";
        throw Error(ErrorKind::usage, which, "try 'msh-grant --help'");
    }
    if (settings.to.empty() && (settings.as_age || settings.not_after || has_label)) {
        throw Error(ErrorKind::usage, "--as-age, --not-after and --label go with --to");
    }
    if (settings.to.empty() && has_limits) {
        throw Error(ErrorKind::usage, "--patients, --across-projects and --across-profiles go with --to");
    }
    if (settings.as_age && settings.not_after) {
        throw Error(ErrorKind::usage, "--as-age and --not-after are mutually exclusive: an age file does not expire");
    }
    if (settings.issuer && !settings.accept) throw Error(ErrorKind::usage, "--issuer goes with --accept");
    if (settings.to.empty() && !settings.files.empty()) throw Error(ErrorKind::usage, "an operand too many");
}

// A date alone means its last second.
std::optional<std::int64_t> read_not_after(const Settings& settings) {
    constexpr std::int64_t last_second = 24 * 60 * 60 - 1;
    if (!settings.not_after) return std::nullopt;
    auto end = from_rfc3339(*settings.not_after);
    if (!end) {
        throw Error(ErrorKind::usage, "--not-after needs a date, as in 2026-12-31 or 2026-12-31T12:00:00Z");
    }
    if (settings.not_after->find('T') == std::string::npos) *end += last_second;
    if (*end < seconds_now()) throw Error(ErrorKind::usage, "--not-after is in the past");
    return end;
}

// What --label says, or the first line of --label-file: arguments stand in the list of processes.
std::optional<std::string> read_label(const Settings& settings) {
    constexpr std::size_t longest = 1024;
    if (settings.label && settings.label_file)
        throw Error(ErrorKind::usage, "--label and --label-file are mutually exclusive");
    std::optional<std::string> label = settings.label;
    if (settings.label_file) {
        const std::string name = cli::input_name("the file of --label-file", *settings.label_file);
        const auto file = read_file(*settings.label_file, std::size_t{1} << 16, name);
        if (!file) throw Error(ErrorKind::usage, name + " does not exist");
        label = as_text(*file);
        while (label->ends_with('\n') || label->ends_with('\r'))
            label->pop_back();
    }
    if (label && (label->empty() || label->size() > longest || !is_valid_utf8(*label))) {
        throw Error(ErrorKind::usage, "a label is text in UTF-8 of at most " + std::to_string(longest) + " bytes");
    }
    return label;
}

granting::ScopeLimits read_limits(const Settings& settings) {
    granting::ScopeLimits limits;
    limits.across_projects = settings.across_projects;
    limits.across_profiles = settings.across_profiles;
    if (!settings.patients) return limits;
    limits.is_any_patient = settings.patients == "any";
    if (limits.is_any_patient) return limits;
    std::uint64_t number = 0;
    const char* const end = settings.patients->data() + settings.patients->size();
    const auto [rest, error] = std::from_chars(settings.patients->data(), end, number);
    if (error != std::errc() || rest != end || number == 0) {
        throw Error(ErrorKind::usage, "--patients needs a number, or 'any'");
    }
    limits.patients = number;
    return limits;
}

std::optional<std::string> read_issuer(const Settings& settings) {
    if (!settings.issuer) return std::nullopt;
    auto fingerprint = record::read_fingerprint(*settings.issuer);
    if (!fingerprint) throw Error(ErrorKind::usage, "a fingerprint is 64 hex digits");
    return fingerprint;
}

}  // namespace msh
