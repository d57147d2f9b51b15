// One code page to UTF-8, by libc's iconv.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace msh::terms {

// `code_page` is a name that iconv knows, with static storage. Where bytes mean nothing, U+FFFD stands for the next
// `unit` of them. Throws Error (kind `failed`) when libc lacks the conversion.
[[nodiscard]] std::string to_utf8(const char* code_page, std::string_view bytes, std::size_t unit);

}  // namespace msh::terms
