// Unicode text by utf8proc: what makes two spellings of a name equal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace msh {

// NFC of the full case folding (Unicode 3.13, "NFKC_Casefold" without the compatibility part): what names are compared
// by. Nothing when the text is not valid UTF-8.
[[nodiscard]] std::optional<std::string> fold_case(std::string_view utf8);

[[nodiscard]] bool is_valid_utf8(std::string_view text);

}  // namespace msh
