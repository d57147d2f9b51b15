// Unicode text by utf8proc: what makes two spellings of a name equal, what may be shown, and how much room it takes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msh {

// NFC of the full case folding (Unicode 3.13, "NFKC_Casefold" without the compatibility part): what names are compared
// by. Nothing when the text is not valid UTF-8.
[[nodiscard]] std::optional<std::string> fold_case(std::string_view utf8);

// The lines of a text file that people edit, without a CR at the end of a line and a byte order mark at the beginning.
// The views refer to `text`.
[[nodiscard]] std::vector<std::string_view> edited_lines(std::string_view text);
// The same for a single line.
[[nodiscard]] std::string_view edited_line(std::string_view line);

[[nodiscard]] bool is_valid_utf8(std::string_view text);

// Makes text from others safe for a terminal: characters that could control it, reorder the line, or be invisible are
// escaped. These are Unicode's control and format characters (Cc with C1, Cf with the bidirectional and zero-width
// ones), its line and paragraph separators, and bytes that are not UTF-8. They become \n, \x1b or \u202e, the last of
// which means the same character in JSON. Applying it twice changes nothing more. Characters in `keep` are not escaped.
[[nodiscard]] std::string printable(std::string_view text, std::string_view keep = {});

// Whether printable() would change nothing.
[[nodiscard]] bool is_printable(std::string_view text);

// Columns on a terminal: 2 for a wide character, 0 for one that combines with the one before (Unicode 11, "East Asian
// Width"). A byte that is not UTF-8 takes one.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace msh
