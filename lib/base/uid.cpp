#include "base/uid.hpp"

namespace msh {

bool is_uid(std::string_view text) noexcept {
    constexpr std::size_t longest = 64;
    const bool has_empty_component =
        text.starts_with('.') || text.ends_with('.') || text.find("..") != std::string_view::npos;
    return !text.empty() && text.size() <= longest && !has_empty_component &&
           text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace msh
