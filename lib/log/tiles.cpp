#include "log/tiles.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "log/note.hpp"

namespace msh::log {
namespace {

// What stands before each 32 bytes of a bundle, their length, and of a tile: nothing.
constexpr std::array<std::uint8_t, 2> leaf_prefix{0x00, sizeof(Digest)};
constexpr ByteView hash_prefix{};

std::string index_path(std::uint64_t index) {
    std::string path;
    do {
        const std::string digits = std::to_string(1000 + index % 1000).substr(1);
        path = path.empty() ? digits : "x" + digits + "/" + path;
        index /= 1000;
    } while (index > 0);
    return path;
}

std::string with_width(const std::string& path, unsigned width) {
    return width == full_width ? path : path + ".p/" + std::to_string(width);
}

Bytes encode(std::span<const Digest> items, ByteView prefix) {
    Bytes out;
    out.reserve(items.size() * (prefix.size() + sizeof(Digest)));
    for (const Digest& item : items) {
        append(out, prefix);
        append(out, item);
    }
    return out;
}

// The first `count` items; nothing when one has another prefix.
std::optional<std::vector<Digest>> decode(ByteView bytes, ByteView prefix, std::size_t count) {
    std::vector<Digest> items(count);
    for (Digest& item : items) {
        if (!std::equal(prefix.begin(), prefix.end(), bytes.begin())) return std::nullopt;
        bytes = bytes.subspan(prefix.size());
        std::copy_n(bytes.begin(), item.size(), item.begin());
        bytes = bytes.subspan(item.size());
    }
    return items;
}

// The file `name` below a folder, through no link below it. errno says why there is none.
FileDescriptor open_below(const std::filesystem::path& folder, std::string_view name) {
    FileDescriptor at(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (std::size_t slash = name.find('/'); at && slash != std::string_view::npos; slash = name.find('/')) {
        const std::string part(name.substr(0, slash));
        at = FileDescriptor(::openat(at.get(), part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        name.remove_prefix(slash + 1);
    }
    if (!at) return at;
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    return FileDescriptor(::openat(at.get(), std::string(name).c_str(), flags));
}

Error damage_of(const std::string& what, ErrorKind kind) {
    return Error(kind, "the log's " + what, kind == ErrorKind::failed ? "restore the log's folder from a copy" : "");
}

// At most `most` bytes, and one more when it is longer; nothing when there is no such file.
std::optional<Bytes> read_below(const std::filesystem::path& folder, const std::string& name, std::size_t most,
                                ErrorKind damage) {
    const FileDescriptor fd = open_below(folder, name);
    if (!fd) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        if (errno == ELOOP) throw damage_of(name + " is a symbolic link", damage);
        throw system_error("cannot open a file of the log", errno);
    }
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        throw damage_of(name + " is not a file", damage);
    }
    Bytes bytes(most + 1);
    bytes.resize(read_some(fd.get(), bytes));
    return bytes;
}

}  // namespace

ReadFile files_in(std::filesystem::path folder, ErrorKind damage) {
    return [folder = std::move(folder), damage](const std::string& name, std::size_t most) {
        return read_below(folder, name, most, damage);
    };
}

std::string tile_path(unsigned level, std::uint64_t index, unsigned width) {
    return with_width("tile/" + std::to_string(level) + "/" + index_path(index), width);
}

std::string bundle_path(std::uint64_t index, unsigned width) {
    return with_width("tile/entries/" + index_path(index), width);
}

unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size) noexcept {
    const std::uint64_t hashes = hashes_on_level(level, size);
    const std::uint64_t full_tiles = hashes / full_width;
    if (index > full_tiles) return 0;
    return index < full_tiles ? full_width : static_cast<unsigned>(hashes % full_width);
}

Bytes encode_tile(std::span<const Digest> hashes) {
    return encode(hashes, hash_prefix);
}

Bytes encode_bundle(std::span<const Digest> leaves) {
    return encode(leaves, leaf_prefix);
}

std::optional<std::string> TileFolder::checkpoint() const {
    const auto bytes = read_("checkpoint", max_note_size);
    if (!bytes) return std::nullopt;
    return std::string(as_text(*bytes));
}

std::vector<Digest> TileFolder::hashes(unsigned level, std::uint64_t index, unsigned width) const {
    return read_items(tile_path(level, index, width), tile_path(level, index, full_width), hash_prefix, width);
}

std::vector<Digest> TileFolder::leaves(std::uint64_t index, unsigned width) const {
    return read_items(bundle_path(index, width), bundle_path(index, full_width), leaf_prefix, width);
}

std::vector<Digest> TileFolder::read_items(const std::string& name, const std::string& full_name, ByteView prefix,
                                           unsigned width) const {
    const std::size_t item_size = prefix.size() + sizeof(Digest);
    std::size_t expected = width * item_size;
    auto bytes = read_(name, expected);
    if (!bytes) {
        expected = full_width * item_size;
        bytes = read_(full_name, expected);
    }
    if (!bytes) throw damaged(name + " is missing");
    const auto items = bytes->size() == expected ? decode(*bytes, prefix, width) : std::nullopt;
    if (!items) throw damaged(name + " is damaged");
    return *items;
}

Error TileFolder::damaged(const std::string& what) const {
    return damage_of(what, damage_);
}

}  // namespace msh::log
