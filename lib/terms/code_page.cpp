#include "terms/code_page.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iconv.h>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace msh::terms {
namespace {

class Conversion {
  public:
    explicit Conversion(const char* code_page) : handle_(iconv_open("UTF-8", code_page)) {
        if (handle_ != iconv_t(-1)) return;  // NOLINT: the value POSIX names
        throw Error(ErrorKind::failed, std::string("libc has no conversion from ") + code_page,
                    "install libc's gconv modules");
    }
    Conversion(const Conversion&) = delete;
    Conversion& operator=(const Conversion&) = delete;
    ~Conversion() { iconv_close(handle_); }

    // As it was when opened.
    [[nodiscard]] iconv_t fresh() const noexcept {
        iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        return handle_;
    }

  private:
    iconv_t handle_;
};

// Kept for each thread, because opening one can load a module.
iconv_t conversion_from(const char* code_page) {
    thread_local std::map<std::string_view, Conversion> opened;
    return opened.try_emplace(code_page, code_page).first->second.fresh();
}

// glibc's conversion from UTF-8 lets code points beyond U+10FFFF through, so it is not used.
std::string mended_utf8(std::string_view bytes) {
    if (is_valid_utf8(bytes)) return std::string(bytes);
    std::string utf8;
    while (!bytes.empty()) {
        std::size_t length = 1;
        while (length <= 4 && !is_valid_utf8(bytes.substr(0, length)))
            ++length;
        const bool is_character = length <= 4;
        if (!is_character) length = 1;
        utf8.append(is_character ? bytes.substr(0, length) : "\ufffd");
        bytes.remove_prefix(length);
    }
    return utf8;
}

}  // namespace

std::string to_utf8(const char* code_page, std::string_view bytes, std::size_t unit) {
    if (std::string_view(code_page) == "UTF-8") return mended_utf8(bytes);
    auto* const handle = conversion_from(code_page);
    std::string utf8;
    std::array<char, 512> buffer{};
    char* in = const_cast<char*>(bytes.data());  // iconv does not write there
    std::size_t left = bytes.size();
    while (left > 0) {
        char* out = buffer.data();
        std::size_t room = buffer.size();
        const std::size_t result = iconv(handle, &in, &left, &out, &room);
        const int error = result == std::size_t(-1) ? errno : 0;
        utf8.append(buffer.data(), buffer.size() - room);
        if (error == 0 || error == E2BIG) continue;
        const std::size_t skipped = error == EINVAL ? left : std::min(unit, left);
        in += skipped;
        left -= skipped;
        utf8.append("\ufffd");
    }
    return utf8;
}

}  // namespace msh::terms
