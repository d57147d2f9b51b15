#include "cli/output.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace msh::cli {

Output::Output(const std::optional<std::string>& file, mode_t mode) {
    if (!file || *file == "-") {
        is_terminal_ = ::isatty(STDOUT_FILENO) == 1;
        return;
    }
    if (file->empty()) throw Error(ErrorKind::usage, "-o needs a file name");
    std::error_code ignored;
    const auto status = std::filesystem::status(*file, ignored);
    if (std::filesystem::is_other(status)) {
        special_ = FileDescriptor(::open(file->c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
        if (!special_) throw system_error("cannot open the file of -o", errno);
        is_terminal_ = ::isatty(special_.get()) == 1;
        return;
    }
    file_ = std::make_unique<AtomicFile>(*file, mode);
}

int Output::fd() const {
    if (special_) return special_.get();
    return file_ ? file_->fd() : STDOUT_FILENO;
}

bool Output::is_file(const std::filesystem::path& input) const {
    struct stat own {};
    struct stat other {};
    const int code = file_ ? ::stat(file_->path().c_str(), &own) : ::fstat(fd(), &own);
    return code == 0 && S_ISREG(own.st_mode) && ::stat(input.c_str(), &other) == 0 && own.st_dev == other.st_dev &&
           own.st_ino == other.st_ino;
}

void Output::flush() {
    if (held_.empty()) return;
    constexpr std::string_view line_ends("\n\t\0", 3);
    if (is_terminal_) held_ = printable(held_, line_ends);
    write_all(fd(), as_bytes(held_));
    held_.clear();
}

void Output::commit() {
    flush();
    if (file_) file_->commit();
    file_.reset();
}

}  // namespace msh::cli
