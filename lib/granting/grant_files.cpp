#include "granting/grant_files.hpp"

#include <filesystem>
#include <unistd.h>

#include "base/error.hpp"

namespace msh::granting {
namespace fs = std::filesystem;

GrantFiles::GrantFiles(const std::vector<Recipient>& recipients, const std::optional<std::string>& output) {
    std::error_code ignored;
    const bool is_folder = recipients.size() > 1 || (output && fs::is_directory(*output, ignored));
    if (!output || *output == "-") {
        if (is_folder)
            throw Error(ErrorKind::usage, "with several recipients, the output must be a folder", "name one with -o");
        if (::isatty(STDOUT_FILENO) == 1) {
            throw Error(ErrorKind::usage, "refusing to write a grant to a terminal", "name a file with -o");
        }
        return;
    }
    if (fs::is_other(fs::status(*output, ignored))) {
        throw Error(ErrorKind::usage, "-o names neither a file nor a folder",
                    "without -o the grant goes to standard output");
    }
    if (is_folder) make_folder(*output, 0700);
    for (const Recipient& recipient : recipients) {
        const fs::path path = is_folder ? fs::path(*output) / (recipient.key.text() + ".grant") : fs::path(*output);
        const auto links = is_folder ? AtomicFile::Links::replace : AtomicFile::Links::follow;
        files_.push_back(std::make_unique<AtomicFile>(path, 0600, links));
    }
}

void GrantFiles::write(std::size_t recipient, ByteView bytes) {
    has_begun_ = true;
    write_all(files_.empty() ? STDOUT_FILENO : files_[recipient]->fd(), bytes);
}

void GrantFiles::commit() {
    for (const auto& file : files_)
        file->commit();
}

bool GrantFiles::may_have_left(std::size_t recipient) const {
    return files_.empty() ? has_begun_ : files_[recipient]->temporary().empty();
}

}  // namespace msh::granting
