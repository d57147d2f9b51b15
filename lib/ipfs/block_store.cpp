#include "ipfs/block_store.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/payload_reading.hpp"
#include "base/temporary_file.hpp"
#include "base/waiting.hpp"
#include "crypto/hash.hpp"

namespace msh::ipfs {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t folder_name_size = 2;

Error about_block(const std::string& what, const Cid& cid, int error_number) {
    return system_error(what + " block " + cid.text(), error_number);
}

Error damaged(const Cid& cid) {
    return {ErrorKind::input, "block " + cid.text() + " is damaged"};
}

// Folders that others may read, as the umask says; someone else may have made it meanwhile.
void make_public_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
        throw system_error("cannot make folder '" + path.string() + "'", errno);
    }
}

struct stat stat_of(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) throw system_error("cannot stat", errno);
    return status;
}

bool same_file(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool modified(const struct stat& before, const struct stat& after) {
    return before.st_size != after.st_size || before.st_mtim.tv_sec != after.st_mtim.tv_sec ||
           before.st_mtim.tv_nsec != after.st_mtim.tv_nsec;
}

Error changed() {
    return {ErrorKind::input, "the payload changed while it was read"};
}

// The name of an open file as one raw block, when it has `size` bytes from its beginning to its end.
std::optional<Cid> hash_file(int fd, std::uint64_t size) {
    std::array<std::uint8_t, 64 * 1024> buffer;
    crypto::Sha256 hash;
    std::uint64_t done = 0;
    while (const std::size_t got = read_payload(fd, buffer, done)) {
        done += got;
        if (done > size) return std::nullopt;
        hash.update(ByteView(buffer).first(got));
    }
    if (done != size) return std::nullopt;
    return Cid(Codec::raw, hash.finish());
}

Cid cid_of(int fd, std::uint64_t size) {
    const auto cid = hash_file(fd, size);
    if (!cid) throw Error(ErrorKind::input, "the payload does not have the expected size");
    return *cid;
}

// Waits while someone writes alone. Where the file system has no locks there is none, and nobody can write alone.
FileDescriptor lock_shared(const fs::path& folder) {
    FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) throw system_error("cannot open '" + folder.string() + "'", errno);
    if (wait_for_flock(fd.get(), LOCK_SH, "the store '" + folder.string() + "'")) return fd;
    return {};
}

// Renames unless the name is taken; errno tells why not. Where the file system cannot do that in one step, a link does:
// the temporary name goes by itself.
bool rename_new(const fs::path& from, const FileDescriptor& folder, const std::string& name) {
    if (::renameat2(AT_FDCWD, from.c_str(), folder.get(), name.c_str(), RENAME_NOREPLACE) == 0) return true;
    return (errno == EINVAL || errno == ENOSYS) && ::linkat(AT_FDCWD, from.c_str(), folder.get(), name.c_str(), 0) == 0;
}

// No folder, or a link to one, is in a folder's place.
bool is_no_folder(int error_number) {
    return error_number == ENOTDIR || error_number == ELOOP;
}

}  // namespace

std::string block_path(const Cid& cid) {
    const std::string name = cid.text();
    return name.substr(name.size() - 3, folder_name_size) + "/" + name;
}

BlockStore::BlockStore(fs::path folder, Access access) : folder_(std::move(folder)) {
    std::error_code ignored;
    if (access == Access::write) {
        fs::create_directories(folder_.parent_path(), ignored);
        make_public_folder(folder_);
        writing_ = lock_shared(folder_);
        staging_ = std::make_unique<Staging>(folder_);
        disk_.emplace(folder_);
    } else if (!fs::is_directory(folder_, ignored)) {
        throw Error(ErrorKind::failed, "'" + folder_.string() + "' is not a block store");
    }
}

FileDescriptor BlockStore::folder_of(const Cid& cid) const {
    const fs::path path = (folder_ / block_path(cid)).parent_path();
    return FileDescriptor(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool BlockStore::has(const Cid& cid) const {
    return size(cid).has_value();
}

std::optional<std::uint64_t> BlockStore::size(const Cid& cid) const {
    struct stat status {};
    const FileDescriptor folder = folder_of(cid);
    if (!folder || ::fstatat(folder.get(), cid.text().c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size);
}

std::optional<Bytes> BlockStore::load(const Cid& cid) const {
    // O_NONBLOCK: in a stranger's store the name may be that of a pipe.
    constexpr int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC;
    const FileDescriptor folder = folder_of(cid);
    const FileDescriptor fd(folder ? ::openat(folder.get(), cid.text().c_str(), flags) : -1);
    if (!fd && errno == ENOENT) return std::nullopt;
    if (!fd && (errno == EIO || errno == EACCES || errno == ELOOP || errno == ENOTDIR)) throw damaged(cid);
    if (!fd) throw about_block("cannot open", cid, errno);
    const struct stat status = stat_of(fd.get());
    if (!S_ISREG(status.st_mode)) throw damaged(cid);
    if (static_cast<std::uint64_t>(status.st_size) > max_block_size) throw damaged(cid);
    Bytes block(static_cast<std::size_t>(status.st_size));
    try {
        block.resize(read_some(fd.get(), block));
    } catch (const Error&) {
        throw damaged(cid);  // as a disk with a bad sector says
    }
    return block;
}

std::optional<Bytes> BlockStore::fetch(const Cid& cid) {
    return load(cid);
}

std::optional<Bytes> BlockStore::read(const Cid& cid) const {
    auto block = load(cid);
    if (block && Cid::of(cid.codec(), *block) != cid) throw damaged(cid);
    return block;
}

bool BlockStore::is_whole(const Cid& cid) const {
    try {
        return read(cid).has_value();
    } catch (const Error&) {
        return false;
    }
}

void BlockStore::for_each(const std::function<void(std::span<const Cid>)>& call) const {
    std::vector<Cid> cids;
    std::error_code error;
    for (fs::directory_iterator folder(folder_, error), end; !error && folder != end; folder.increment(error)) {
        const std::string name = folder->path().filename().string();
        std::error_code unknown;
        if (name.size() != folder_name_size || folder->is_symlink(unknown)) continue;
        cids.clear();
        std::error_code gone;
        for (fs::directory_iterator file(folder->path(), gone), last; !gone && file != last; file.increment(gone)) {
            const auto cid = Cid::parse(file->path().filename().string());
            if (cid && folder_ / block_path(*cid) == file->path()) cids.push_back(*cid);
        }
        if (gone && gone.value() != ENOENT)
            throw system_error("cannot list '" + folder->path().string() + "'", gone.value());
        if (!cids.empty()) call(cids);
    }
    if (error) throw system_error("cannot list '" + folder_.string() + "'", error.value());
}

bool BlockStore::write_alone() {
    return writing_ && ::flock(writing_.get(), LOCK_EX | LOCK_NB) == 0;
}

void BlockStore::put(const Cid& cid, ByteView block) {
    unsynced_ = true;
    if (is_whole(cid)) return;
    const TemporaryName file = staging_->next();
    write_all(file.create(0644).get(), block);
    publish(file, cid);
}

Cid BlockStore::adopt(int fd, const fs::path& path, std::uint64_t size) {
    unsynced_ = true;
    const struct stat before = stat_of(fd);
    const Cid cid = cid_of(fd, size);
    if (is_whole(cid)) return cid;

    const TemporaryName file = staging_->next();
    struct stat linked {};
    // A file that has another name already is somebody's, perhaps another store's.
    if (before.st_nlink == 1 && before.st_uid == ::geteuid() && ::link(path.c_str(), file.path().c_str()) == 0 &&
        ::lstat(file.path().c_str(), &linked) == 0 && same_file(before, linked) &&
        ::fchmod(fd, staging_->file_mode()) == 0) {
        if (modified(before, linked)) throw changed();
        publish(file, cid);
    } else {
        put_copy(fd, size, cid);
    }
    return cid;
}

Cid BlockStore::copy(int fd, std::uint64_t size) {
    const Cid cid = cid_of(fd, size);
    put_copy(fd, size, cid);
    return cid;
}

void BlockStore::put_copy(int fd, std::uint64_t size, const Cid& cid) {
    unsynced_ = true;
    if (is_whole(cid)) return;
    Bytes copy(static_cast<std::size_t>(size));
    copy.resize(read_payload(fd, copy, 0));
    if (Cid::of(Codec::raw, copy) != cid) throw changed();
    put(cid, copy);
}

void BlockStore::publish(const TemporaryName& file, const Cid& cid) {
    FileDescriptor folder = folder_of(cid);
    if (!folder && errno == ENOENT) {
        make_public_folder((folder_ / block_path(cid)).parent_path());
        folder = folder_of(cid);
    }
    const std::string name = cid.text();
    if (folder && rename_new(file.path(), folder, name)) return;
    if (!folder && is_no_folder(errno)) {
        throw Error(ErrorKind::failed,
                    "cannot store block " + name + ": its place in '" + folder_.string() + "' is a link or no folder");
    }
    if (errno != EEXIST) throw about_block("cannot store", cid, errno);
    // Another writer was first, and may have promised its file already: it is not replaced by one that is not durable
    // yet, and not at all when it is sound.
    if (is_whole(cid)) return;
    const FileDescriptor fd(::open(file.path().c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) throw about_block("cannot store", cid, errno);
    sync_file(fd.get());
    if (::renameat(AT_FDCWD, file.path().c_str(), folder.get(), name.c_str()) != 0)
        throw about_block("cannot store", cid, errno);
}

bool BlockStore::remove(const Cid& cid) {
    unsynced_ = true;
    const FileDescriptor folder = folder_of(cid);
    if (folder && ::unlinkat(folder.get(), cid.text().c_str(), 0) == 0) return true;
    if (errno == ENOENT || (!folder && is_no_folder(errno))) return false;
    throw about_block("cannot remove", cid, errno);
}

void BlockStore::sync() {
    if (!unsynced_.exchange(false)) return;
    try {
        disk_->sync();
    } catch (const Error&) {
        unsynced_ = true;
        throw;
    }
}

bool BlockStore::link(const Cid& cid, std::uint64_t size, const fs::path& destination) {
    const TemporaryName file = TemporaryName::beside(destination);
    const FileDescriptor folder = folder_of(cid);
    if (!folder || ::linkat(folder.get(), cid.text().c_str(), AT_FDCWD, file.path().c_str(), 0) != 0) return false;
    const FileDescriptor fd(::open(file.path().c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return false;
    const struct stat status = stat_of(fd.get());
    if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid()) return false;
    try {
        if (hash_file(fd.get(), size) != cid) return false;
    } catch (const Error&) {
        return false;
    }
    return ::rename(file.path().c_str(), destination.c_str()) == 0;
}

}  // namespace msh::ipfs
