#include "cli/confirm.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/waiting.hpp"

namespace msh::cli {

bool confirm(const std::string& question) {
    const FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (!terminal) return false;
    write_all(terminal.get(), as_bytes(question + " [y/N] "));
    std::array<std::uint8_t, 128> answer{};
    wait_until_readable(terminal.get());
    const ssize_t got = ::read(terminal.get(), answer.data(), answer.size());
    return got > 0 && (answer[0] == 'y' || answer[0] == 'Y');
}

}  // namespace msh::cli
