#include "base/temporary_file.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr const char* lock_name = "lock";

// Creates a file under a name that must be free.
FileDescriptor create_new(const fs::path& path, mode_t mode) noexcept {
    return FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
}

std::string random_name() {
    std::array<std::uint8_t, 16> name{};
    if (::getentropy(name.data(), name.size()) != 0) throw system_error("cannot draw a random name", errno);
    return to_hex(name);
}

// ".NAME.PROCESS.COUNT.tmp"; another process of the same id, in another container or killed long ago, may have it.
fs::path temporary_name(const fs::path& path) {
    static std::atomic<unsigned> counter{0};
    return path.parent_path() / ("." + path.filename().string() + "." + std::to_string(::getpid()) + "." +
                                 std::to_string(counter++) + ".tmp");
}

// Takes ".NUMBER" off the end.
bool drop_number(std::string_view& name) {
    const std::size_t last = name.find_last_not_of("0123456789");
    if (last == std::string_view::npos || last + 1 == name.size() || name[last] != '.') return false;
    name = name.substr(0, last);
    return true;
}

// The temporary file that a name in a folder belongs to: its own, or with what a database adds to it ("-wal").
std::optional<std::string> temporary_file_of(const std::string& name, std::string_view ending) {
    constexpr std::string_view suffix = ".tmp";
    const std::size_t end = name.rfind(suffix);
    if (end == std::string::npos || name.front() != '.') return std::nullopt;
    const std::string file = name.substr(0, end + suffix.size());
    if (name.size() > file.size() && name[file.size()] != '-') return std::nullopt;
    std::string_view rest = std::string_view(name).substr(0, end);
    for (int numbers = 0; numbers < 2; ++numbers) {
        if (!drop_number(rest)) return std::nullopt;
    }
    if (!rest.ends_with(ending)) return std::nullopt;
    return file;
}

// False when a sweep has come first and takes the file's name away. Where a file system has no locks, no sweep removes
// anything either.
bool lock_new_file(int fd) {
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
    struct stat status {};
    return ::fstat(fd, &status) == 0 && status.st_nlink > 0;
}

bool has_only_its_lock(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->path().filename() != lock_name) return false;
    }
    return true;
}

// What is swept must be a run's own folder: a link may lead to anything.
bool is_run(const fs::path& folder) {
    std::error_code ignored;
    return array_from_hex<16>(folder.filename().string()) && fs::is_directory(fs::symlink_status(folder, ignored));
}

// Removes the folder unless it holds more than its lock. The lock goes first; whoever waits for it finds a folder that
// is gone, which a sweep passes over.
void remove_if_empty(const fs::path& folder) {
    if (!has_only_its_lock(folder)) return;
    std::error_code ignored;
    fs::remove(folder / lock_name, ignored);
    fs::remove(folder, ignored);
}

void sweep_run(const fs::path& folder, const std::function<LockedFolder::Keep(const fs::path& folder)>& rule) {
    std::error_code ignored;
    // A folder without its lock is being made or removed right now, or its run was killed while it did that.
    if (!fs::exists(folder / lock_name, ignored)) {
        fs::remove(folder, ignored);
        return;
    }
    const auto lock = LockedFolder::take_over(folder);
    if (!lock) return;
    const LockedFolder::Keep keep = rule(folder);
    LockedFolder::for_each_entry(folder, [&](const fs::path& file) {
        if (!keep(file)) fs::remove(file, ignored);
    });
    remove_if_empty(folder);
}

}  // namespace

TemporaryName TemporaryName::beside(const fs::path& destination) {
    return TemporaryName(destination.parent_path() / ("." + random_name() + ".tmp"));
}

TemporaryName::~TemporaryName() {
    ::unlink(path_.c_str());
}

FileDescriptor TemporaryName::create(mode_t mode) const {
    FileDescriptor fd = create_new(path_, mode);
    if (!fd) throw system_error("cannot make a temporary file in " + in_quotes(path_.parent_path()), errno);
    return fd;
}

void TemporaryName::rename_to(const fs::path& destination) const {
    if (::rename(path_.c_str(), destination.c_str()) == 0) return;
    throw system_error("cannot rename a file in " + in_quotes(path_.parent_path()), errno);
}

AtomicFile::AtomicFile(fs::path path, mode_t mode, Links links) : path_(std::move(path)) {
    std::error_code ignored;
    const bool is_followed = links == Links::follow;
    const fs::file_status status = is_followed ? fs::status(path_, ignored) : fs::symlink_status(path_, ignored);
    if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_symlink(status)) {
        throw Error(ErrorKind::usage, in_quotes(path_) + " exists and is not a regular file");
    }
    if (is_followed) path_ = follow_links(std::move(path_));
    make_temporary(mode);
}

void AtomicFile::make_temporary(mode_t mode) {
    do {
        temporary_ = temporary_name(path_);
        fd_ = create_new(temporary_, mode);
        if (!fd_ && errno != EEXIST) {
            const int why = errno;
            temporary_.clear();
            throw system_error("cannot write " + in_quotes(path_), why);
        }
    } while (!fd_ || !lock_new_file(fd_.get()));
}

void AtomicFile::sweep(const fs::path& folder, std::string_view ending) {
    std::error_code ignored;
    std::vector<std::pair<fs::path, fs::path>> beside;
    for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
        const auto file = temporary_file_of(entry->path().filename().string(), ending);
        if (!file) continue;
        if (*file != entry->path().filename()) {
            beside.emplace_back(entry->path(), folder / *file);
            continue;
        }
        const FileDescriptor fd(::open(entry->path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(entry->path().c_str());
    }
    for (const auto& [path, file] : beside) {
        std::error_code error;
        if (!fs::exists(file, error) && !error) ::unlink(path.c_str());
    }
}

AtomicFile::~AtomicFile() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::commit() {
    sync_file(fd_.get());
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
        throw system_error("cannot rename to " + in_quotes(path_), errno);
    }
    temporary_.clear();
    sync_folder(path_.has_parent_path() ? path_.parent_path() : fs::path("."));
}

bool AtomicFile::commit_new() {
    sync_file(fd_.get());
    const bool is_new = name_new(path_);
    ::unlink(temporary_.c_str());
    temporary_.clear();
    sync_folder(path_.has_parent_path() ? path_.parent_path() : fs::path("."));
    return is_new;
}

bool AtomicFile::name_new(const fs::path& path) const {
    if (::link(temporary_.c_str(), path.c_str()) == 0) return true;
    if (errno != EEXIST) throw system_error("cannot link to " + in_quotes(path), errno);
    return false;
}

void write_file_atomically(const fs::path& path, ByteView bytes, mode_t mode, AtomicFile::Links links) {
    AtomicFile file(path, mode, links);
    write_all(file.fd(), bytes);
    file.commit();
}

LockedFolder::LockedFolder(const fs::path& parent) {
    do {
        path_ = parent / random_name();
        if (::mkdir(path_.c_str(), 0700) != 0) throw system_error("cannot make a folder for this run", errno);
    } while (!take_lock());
}

bool LockedFolder::take_lock() {
    std::error_code ignored;
    try {
        lock_.emplace(path_ / lock_name);
    } catch (const Error&) {
        if (fs::exists(path_, ignored)) throw;
    }
    return fs::exists(path_ / lock_name, ignored);
}

LockedFolder::~LockedFolder() {
    remove_if_empty(path_);
}

std::optional<FileLock> LockedFolder::take_over(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / lock_name, ignored)) return std::nullopt;
    try {
        return FileLock::try_lock(folder / lock_name);
    } catch (const Error&) {
        return std::nullopt;  // removed by a sweep meanwhile
    }
}

void LockedFolder::sweep(const fs::path& parent, const std::function<Keep(const fs::path& folder)>& rule) {
    for_each_entry(parent, [&](const fs::path& folder) {
        if (is_run(folder)) sweep_run(folder, rule);
    });
}

void LockedFolder::for_each_entry(const fs::path& folder, const std::function<void(const fs::path& entry)>& call) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->path().filename() != lock_name) call(entry->path());
    }
}

}  // namespace msh
