// A log in a folder that any web server can serve (C2SP tlog-tiles, https://c2sp.org/tlog-tiles):
//
//     checkpoint                      the signed tree head (log/checkpoint.hpp)
//     tile/<level>/<index>            256 hashes of 32 bytes: on level 0 leaf hashes, above it the roots of the full
//                                     tiles of the level below
//     tile/entries/<index>            the data of 256 leaves, each behind its length (uint16, big-endian); here
//                                     always 32 bytes
//     ....p/<width>                   the same with 1 to 255 of them: the right edge at a checkpoint's size
//
// An index is written in groups of three digits, each but the last behind an x: 1234067 is x001/x234/067. A tile under
// its name never changes; a full one may replace its partial ones.
//
// Here are the names and the reading of such files; log/writer.hpp writes them, log/reader.hpp makes sense of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace msh::log {

inline constexpr unsigned tile_height = 8;
inline constexpr unsigned full_width = 1U << tile_height;

// Relative to the log's folder; width from 1 to full_width.
[[nodiscard]] std::string tile_path(unsigned level, std::uint64_t index, unsigned width);
[[nodiscard]] std::string bundle_path(std::uint64_t index, unsigned width);

// How many hashes a tile level has in a tree of `size` leaves, partial tile included.
[[nodiscard]] constexpr std::uint64_t hashes_on_level(unsigned level, std::uint64_t size) noexcept {
    return level * tile_height < 64 ? size >> (level * tile_height) : 0;
}
// How wide a tile (or, on level 0, a bundle) is in such a tree; 0 when it is not there.
[[nodiscard]] unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size) noexcept;

[[nodiscard]] Bytes encode_tile(std::span<const Digest> hashes);
[[nodiscard]] Bytes encode_bundle(std::span<const Digest> leaves);

// Gives a log's file: its first `most` bytes, and one more, at least, where it is longer; nothing when there is no such
// file. What it throws passes through. Called by one thread at a time.
using ReadFile = std::function<std::optional<Bytes>(const std::string& name, std::size_t most)>;

// Those of a folder, which may be a symbolic link; below it none is followed, since whoever made the folder may have
// made it to lead elsewhere. What is no file is an Error of the kind given.
[[nodiscard]] ReadFile files_in(std::filesystem::path folder, ErrorKind damage);

// Reads the files of a log, in a folder or wherever else (over HTTP, say). What it reads is as yet anybody's. A file
// that is missing or has not the form of a tile is an Error of the kind given at the start: `failed` for the own log,
// `input` for another's.
class TileFolder {
  public:
    TileFolder(std::filesystem::path folder, ErrorKind damage)
        : TileFolder(files_in(std::move(folder), damage), damage) {}
    TileFolder(ReadFile read, ErrorKind damage) : read_(std::move(read)), damage_(damage) {}

    // Nothing when there is none.
    [[nodiscard]] std::optional<std::string> checkpoint() const;
    // Where the partial tile asked for is gone, the beginning of the full one.
    [[nodiscard]] std::vector<Digest> hashes(unsigned level, std::uint64_t index, unsigned width) const;
    [[nodiscard]] std::vector<Digest> leaves(std::uint64_t index, unsigned width) const;

    // The Error for damage, ready to throw; `what` completes "the log's ...".
    [[nodiscard]] Error damaged(const std::string& what) const;

  private:
    [[nodiscard]] std::vector<Digest> read_items(const std::string& name, const std::string& full_name, ByteView prefix,
                                                 unsigned width) const;

    ReadFile read_;
    ErrorKind damage_;
};

}  // namespace msh::log
