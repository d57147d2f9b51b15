#include "printing.hpp"

#include <cstdint>
#include <exception>

#include "base/error.hpp"
#include "cli/messages.hpp"
#include "intake/report_line.hpp"
#include "record/object.hpp"

namespace msh {

InputReport::InputReport(const std::optional<std::string>& file) {
    if (!file) return;
    if (file->empty() || *file == "-") throw Error(ErrorKind::usage, "--report needs the name of a file");
    file_.emplace(file, 0600);
}

InputReport::~InputReport() {
    try {
        commit();
    } catch (const std::exception&) {  // what went wrong before is being said
    }
}

void InputReport::require_other(const std::filesystem::path& input) {
    if (!file_ || !file_->is_file(input)) return;
    file_.reset();
    throw Error(ErrorKind::usage, "--report would write over a file that is read");
}

void InputReport::put(const intake::Result& result) {
    if (file_) file_->put_line(intake::report_line(result));
}

void InputReport::flush() {
    if (file_) file_->flush();
}

void InputReport::commit() {
    if (!file_) return;
    file_->commit();
    file_.reset();
}

Printer::Printer(cli::Output& output, InputReport& report, const cli::CommonOptions& common)
    : output_(output), report_(report), show_paths_(common.show_paths), progress_("files", common.quiet) {}

void Printer::require_no_output(const std::filesystem::path& input) {
    report_.require_other(input);
    if (output_.is_file(input)) throw Error(ErrorKind::usage, "-o would overwrite an input file");
}

void Printer::put(const intake::Result& result) {
    report_.put(result);
    if (result.has_record()) progress_.add(1, result.record.payload.size);
}

void Printer::report_failure(const intake::Result& result) {
    const Error& error = result.failure->error;
    std::string where = "input " + std::to_string(result.input.position);
    if (show_paths_) where += " (" + result.input.path.string() + ")";
    const bool is_refused = result.outcome == intake::Outcome::refused;
    errors_.say(where, {error.kind(), (is_refused ? "refused: " : "") + std::string(error.what()), error.hint()});
}

void Printer::put_record(const record::Object& record) {
    output_.put_line(record::to_json(record));
}

void Printer::flush() {
    output_.flush();
    report_.flush();
}

void say_counts(const intake::Counts& counts) {
    std::string text = std::to_string(counts.encrypted) + " encrypted";
    const auto add = [&](std::uint64_t count, const char* what) {
        if (count > 0) text += ", " + std::to_string(count) + what;
    };
    add(counts.known, " already encrypted");
    add(counts.older_rules, " encrypted under older rules (--renew encrypts them again)");
    add(counts.refused, " refused by policy");
    add(counts.unreadable, " not readable");
    add(counts.refused_before, " refused as before");
    add(counts.unreadable_before, " not readable as before");
    add(counts.links, counts.links == 1 ? " symbolic link skipped" : " symbolic links skipped");
    cli::say_note(text);
}

}  // namespace msh
