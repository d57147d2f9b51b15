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

// The lines of a text file that people edit, without what editors leave in it: CR before a line's end, and a byte order
// mark at the beginning. The views are of `text`.
[[nodiscard]] std::vector<std::string_view> edited_lines(std::string_view text);
// The same of one line, for who reads them one by one.
[[nodiscard]] std::string_view edited_line(std::string_view line);

[[nodiscard]] bool is_valid_utf8(std::string_view text);

// For text of strangers that goes to a terminal: what would command it, reorder the line, or be on it without being seen
// is spelled out. Those are Unicode's control and format characters (Cc with C1, Cf with the bidirectional and
// zero-width ones), its line and paragraph separators, and bytes that are not UTF-8; they become \n, \x1b or \u202e, which
// in JSON means the same character. Done twice, it changes nothing more. `keep` is left as it is.
[[nodiscard]] std::string printable(std::string_view text, std::string_view keep = {});

// Whether printable() would change nothing.
[[nodiscard]] bool is_printable(std::string_view text);

// Columns on a terminal: 2 for a wide character, 0 for one that combines with the one before (Unicode 11, "East Asian
// Width"). A byte that is not UTF-8 takes one.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace msh
