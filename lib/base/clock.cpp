#include "base/clock.hpp"

#include <array>
#include <chrono>
#include <ctime>

namespace msh {

std::int64_t seconds_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string to_rfc3339(std::int64_t seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

std::optional<std::string> to_rfc3339(const std::optional<std::int64_t>& seconds) {
    return seconds ? std::optional(to_rfc3339(*seconds)) : std::nullopt;
}

std::optional<std::int64_t> from_rfc3339(std::string_view text) {
    std::string whole(text);
    if (text.size() == 10) whole += "T00:00:00Z";
    std::tm parts{};
    const char* end = ::strptime(whole.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    const std::int64_t seconds = ::timegm(&parts);
    // strptime takes 30 February and one-digit fields; the way back shows what it meant.
    if (to_rfc3339(seconds) != whole) return std::nullopt;
    return seconds;
}

}  // namespace msh
