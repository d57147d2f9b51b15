#include "http/secret_header.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/private_file.hpp"

namespace msh::http {
namespace {

constexpr std::size_t longest = 8192;

// What is wrong with it is wrong with the setting, not with the input.
SecretBytes read_file(const std::filesystem::path& file) {
    try {
        if (auto bytes = read_private_file(file, longest)) return std::move(*bytes);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::usage) throw;
        throw Error(ErrorKind::failed, "'" + file.string() + "': " + error.what());
    }
    throw Error(ErrorKind::failed, "'" + file.string() + "' does not exist");
}

// Without the end of the line.
SecretBytes read_line(const std::filesystem::path& file) {
    SecretBytes line = read_file(file);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
        line.pop_back();
    const auto is_shown = [](std::uint8_t byte) { return byte >= ' ' && byte <= '~'; };
    if (line.empty() || !std::all_of(line.begin(), line.end(), is_shown)) {
        throw Error(ErrorKind::failed, "'" + file.string() + "' must contain exactly one line of text");
    }
    return line;
}

// RFC 9110, section 5.6.2.
bool is_token(std::uint8_t byte) {
    const bool is_letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
    const bool is_digit = byte >= '0' && byte <= '9';
    return is_letter || is_digit ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(byte)) != std::string_view::npos;
}

}  // namespace

SecretBytes read_header_file(const std::filesystem::path& file) {
    SecretBytes line = read_line(file);
    const auto colon = std::find(line.begin(), line.end(), ':');
    if (colon == line.begin() || colon == line.end() || !std::all_of(line.begin(), colon, is_token)) {
        throw Error(ErrorKind::failed, "'" + file.string() + "' is not a header", "as in Authorization: Bearer TOKEN");
    }
    return line;
}

SecretBytes read_token_file(const std::filesystem::path& file) {
    const std::string_view scheme = "Authorization: Bearer ";
    const SecretBytes token = read_line(file);
    if (std::find(token.begin(), token.end(), ' ') != token.end()) {
        throw Error(ErrorKind::failed, "'" + file.string() + "' is not a token");
    }
    SecretBytes header(scheme.begin(), scheme.end());
    header.insert(header.end(), token.begin(), token.end());
    return header;
}

}  // namespace msh::http
