#include "cli/output.hpp"

#include <unistd.h>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace msh::cli {

Output::Output(const std::optional<std::string>& file, mode_t mode) {
    if (!file || *file == "-") return;
    if (file->empty()) throw Error(ErrorKind::usage, "-o needs a file name");
    file_ = std::make_unique<AtomicFile>(*file, mode);
}

void Output::flush() {
    if (held_.empty()) return;
    write_all(file_ ? file_->fd() : STDOUT_FILENO, as_bytes(held_));
    held_.clear();
}

void Output::commit() {
    flush();
    if (file_) file_->commit();
    file_.reset();
}

}  // namespace msh::cli
