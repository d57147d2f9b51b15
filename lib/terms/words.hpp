// Text cut into words, for search. A word is a run of letters, marks, digits and whatever else is not listed as a
// separator in words.cpp: white space, punctuation, symbols and control characters, but not U+FFFD.
//
// The list is our own rather than a library's, because what stands in an index must not change with a version of
// Unicode. Scripts that are written without spaces are not cut.
#pragma once

#include <string_view>
#include <vector>

namespace msh::terms {

// The words of valid UTF-8, in order; views into it.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view utf8);

}  // namespace msh::terms
