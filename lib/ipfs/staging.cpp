#include "ipfs/staging.hpp"

#include <cerrno>
#include <string>
#include <sys/stat.h>
#include <system_error>

#include "base/error.hpp"

namespace msh::ipfs {
namespace fs = std::filesystem;
namespace {

void make_private_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        throw system_error("cannot make folder '" + path.string() + "'", errno);
    }
    // A link could have files made, and removed, in another place.
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        throw Error(ErrorKind::failed, "'" + path.string() + "' is a link or no folder");
    }
}

}  // namespace

Staging::Staging(const fs::path& parent) {
    const fs::path staging = parent / ".staging";
    make_private_folder(staging);
    LockedFolder::sweep(staging, [](const fs::path&) { return [](const fs::path&) { return false; }; });
    folder_.emplace(staging);
    file_mode_ = mode_of_new_file();
}

mode_t Staging::mode_of_new_file() {
    const TemporaryName file = next();
    struct stat status {};
    if (::fstat(file.create(0644).get(), &status) != 0) throw system_error("cannot stat a temporary file", errno);
    return status.st_mode & 0777;
}

Staging::~Staging() {
    LockedFolder::for_each_entry(folder_->path(), [](const fs::path& file) {
        std::error_code ignored;
        fs::remove(file, ignored);
    });
}

TemporaryName Staging::next() {
    return TemporaryName(folder_->path() / std::to_string(counter_++));
}

}  // namespace msh::ipfs
