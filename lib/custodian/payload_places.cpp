#include "custodian/payload_places.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <utility>

#include "base/encoding.hpp"

namespace msh::custodian {
namespace fs = std::filesystem;
namespace {

constexpr int read_only = O_RDONLY | O_NOCTTY | O_CLOEXEC;

bool is_same_folder(const fs::path& a, const fs::path& b) {
    std::error_code missing;
    return fs::equivalent(a, b, missing) && !missing;
}

bool is_link(const fs::path& path) {
    std::error_code ignored;
    return fs::is_symlink(fs::symlink_status(path, ignored));
}

FileDescriptor require_payload(FileDescriptor file, const record::Object& object) {
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0)
        throw Error(ErrorKind::input, "the payload's file cannot be opened");
    if (!S_ISREG(status.st_mode)) throw Error(ErrorKind::input, "the payload is not a regular file");
    if (static_cast<std::uint64_t>(status.st_size) != object.payload.size)
        throw Error(ErrorKind::input, "the payload has another size than its record says");
    return file;
}

const std::string& required_path(const record::Object& object) {
    if (!object.payload.path) throw Error(ErrorKind::input, "'payload.path' is missing", "run msh-get first");
    return *object.payload.path;
}

}  // namespace

Error place_not_allowed_error(const std::string& hint) {
    return Error(ErrorKind::input, "'payload.path' is not an allowed place for this object's payload", hint);
}

PayloadPlaces::PayloadPlaces(const Home& home, std::span<const std::string> others)
    : roots_{{PayloadPlace::Folder::spool, home.spool()}, {PayloadPlace::Folder::fetched, home.fetched()}} {
    for (const std::string& other : others) {
        std::error_code error;
        fs::path folder = fs::canonical(other, error);
        if (error || !fs::is_directory(folder, error)) {
            throw Error(ErrorKind::usage, "--payloads needs a folder");
        }
        roots_.push_back({PayloadPlace::Folder::other, std::move(folder)});
    }
}

std::optional<PayloadPlace> PayloadPlaces::find(const fs::path& path, const Id& object) const {
    const fs::path run = path.parent_path();
    if (!path.is_absolute() || path.filename() != to_hex(object)) return std::nullopt;
    if (!array_from_hex<16>(run.filename().string())) return std::nullopt;
    const auto place_in = [&](const Root& root) {
        return PayloadPlace{root.folder, root.path / run.filename() / path.filename()};
    };
    const auto is_sound = [](const fs::path& place) { return !is_link(place.parent_path()) && !is_link(place); };

    const auto named = std::find_if(roots_.begin(), roots_.end(), [&](const Root& root) {
        return root.path == run.parent_path() || is_same_folder(root.path, run.parent_path());
    });
    if (named != roots_.end()) {
        PayloadPlace place = place_in(*named);
        return is_sound(place.path) ? std::optional(std::move(place)) : std::nullopt;
    }
    for (const Root& root : roots_) {
        if (root.folder != PayloadPlace::Folder::other) continue;
        PayloadPlace place = place_in(root);
        std::error_code ignored;
        if (fs::is_regular_file(place.path, ignored) && is_sound(place.path)) return place;
    }
    return std::nullopt;
}

FileDescriptor PayloadPlaces::open(const record::Object& object) const {
    const auto place = find(required_path(object), object.id);
    if (!place) throw place_not_allowed_error("run msh-get or msh-put first");
    const fs::path run = place->path.parent_path();
    const FileDescriptor root(::open(run.parent_path().c_str(), read_only | O_DIRECTORY));
    const FileDescriptor folder(::openat(root.get(), run.filename().c_str(), read_only | O_DIRECTORY | O_NOFOLLOW));
    // O_NONBLOCK: what lies there may be a pipe.
    FileDescriptor file(::openat(folder.get(), place->path.filename().c_str(), read_only | O_NOFOLLOW | O_NONBLOCK));
    return require_payload(std::move(file), object);
}

FileDescriptor open_any_payload(const record::Object& object) {
    return require_payload(FileDescriptor(::open(required_path(object).c_str(), read_only | O_NONBLOCK)), object);
}

}  // namespace msh::custodian
