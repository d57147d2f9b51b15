#include "notes.hpp"

#include <filesystem>
#include <string>
#include <system_error>

#include "cli/messages.hpp"

namespace msh {
namespace {

// What a record's log was unknown for: a proof that the record carries needs a key alone.
void say_missed_logs(const auditing::Verifier& verifier, const auditing::LogSet& logs) {
    for (const std::string& name : verifier.missed_logs()) {
        cli::say_note(logs.knows(name) ? "hint: name the log '" + name + "' with --log"
                                       : "hint: the key of the log '" + name +
                                             "' is not known: give it with --log-key, as its owner's 'msh-key show "
                                             "--verifier' prints it");
    }
}

}  // namespace

void say_what_was_missing(const auditing::Verifier& verifier, const storage::PayloadChecker& payloads,
                          const auditing::LogSet& logs, const custodian::Home& home) {
    if (!verifier.checked_any()) cli::say_note("no object records were read: nothing was checked");
    for (const std::string& note : payloads.notes())
        cli::say_note(note);
    if (!logs.empty() || home.has_keystore()) {
        say_missed_logs(verifier, logs);
    } else if (!verifier.missed_logs().empty()) {
        std::error_code ignored;
        const bool has_log = std::filesystem::exists(home.log() / "checkpoint", ignored);
        cli::say_note("there is no keystore" + std::string(has_log ? "" : " and no log") + " in '" +
                      home.root().string() + "': name the log with --log" +
                      (has_log ? " and its key with --log-key" : ""));
    }
    for (const std::string& name : logs.lagging())
        cli::say_note("the log '" + name + "' is older than a checkpoint seen before");
    if (verifier.saw_checkpoint() && logs.without_witness()) {
        cli::say_note("no independent witness has cosigned the log, so it proves nothing about its owner");
    }
}

}  // namespace msh
