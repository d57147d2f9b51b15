// Messages on standard error: one line each, in the form "msh-put: error: not a record" and, where it helps, "msh-put:
// hint: ...". Nothing else is written there but progress on a terminal (cli/progress.hpp). All of it is made printable
// here (base/text.hpp), so a message may name what strangers wrote, and stays one line.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace msh::cli {

// Named once, first thing in main; `quiet` silences notes, never errors.
void set_program_name(std::string_view name);
void set_quiet(bool quiet);
// Whether messages may name inputs by their paths; not unless it is set.
void set_shows_paths(bool shows_paths);
// What messages call an input: "the card", and where they may, "the card 'sent/r.card'".
[[nodiscard]] std::string input_name(const std::string& what, const std::string& path);
[[nodiscard]] const std::string& program_name();

void say_error(std::string_view message);
void say_hint(std::string_view message);
void say_note(std::string_view message);     // "msh-put: ...", unless quiet
void say_warning(std::string_view message);  // a note of what a user did not expect; nothing when it is empty
// A note that the program waits for `what`, a lock; of each at most once a minute.
void say_waiting(const std::string& what);
void say(const Error& error);

// Replaces the line of progress on the terminal; an empty text clears it (cli/progress.hpp decides when).
void show_progress(std::string_view text);

}  // namespace msh::cli
