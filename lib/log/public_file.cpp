#include "log/public_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file.hpp"

namespace msh::log {
namespace fs = std::filesystem;
namespace {

enum class Sync { no, yes };

fs::path write_temporary(const fs::path& folder, ByteView bytes, Sync sync) {
    fs::path path = folder / ".new";
    ::unlink(path.c_str());
    const FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!fd) throw system_error("cannot write the log", errno);
    write_all(fd.get(), bytes);
    if (sync == Sync::yes) sync_file(fd.get());
    return path;
}

void rename_to(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) == 0) return;
    if (errno == ENOENT) {
        make_public_folder(to.parent_path());
        if (::rename(from.c_str(), to.c_str()) == 0) return;
    }
    throw system_error("cannot write the log", errno);
}

}  // namespace

void make_public_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST) return;
    if (errno == ENOENT && path.has_parent_path() && path.parent_path() != path) {
        make_public_folder(path.parent_path());
        if (::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST) return;
    }
    throw system_error("cannot make a folder of the log", errno);
}

void write_public_file(const fs::path& folder, const std::string& name, ByteView bytes) {
    rename_to(write_temporary(folder, bytes, Sync::no), folder / name);
}

void write_public_file_durably(const fs::path& folder, const std::string& name, ByteView bytes) {
    rename_to(write_temporary(folder, bytes, Sync::yes), folder / name);
    sync_folder(folder);
}

}  // namespace msh::log
