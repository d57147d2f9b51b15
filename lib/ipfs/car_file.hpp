// A CAR archive on the disk, version 1 or 2, as a source of blocks. Opening it walks over the heads of its sections,
// not over the blocks (a million blocks take a second, and 16 MB of memory); a version 2 archive's own index is not
// trusted. CIDs in it may be chosen by an attacker: they are looked up by a keyed hash, so that collisions cannot be
// forced, and of a block that is there many times only the first few copies are looked at.
//
//     CarFile archive(path);                          // Error (failed) when it is no archive, or cannot be read
//     if (archive.damage()) ...                       // what is behind that place is not known
//     archive.fetch(cid);                             // PermanentSourceError where the file cannot be read
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "ipfs/block_finder.hpp"
#include "ipfs/block_source.hpp"

namespace msh::ipfs {

class CarFile : public BlockSource {
  public:
    // `is_over` is asked now and then while the archive is opened; true ends that with an Error of kind `again`.
    explicit CarFile(const std::filesystem::path& path, const IsOver& is_over = {});

    // The place where no section begins although the archive goes on, or from which on one is not whole: it was cut
    // off, or bytes were lost, or cannot be read. The blocks before that are there.
    [[nodiscard]] std::optional<std::uint64_t> damage() const noexcept { return damage_; }
    // Why it cannot be read there, where that is the reason: the file's name, and the text of errno.
    [[nodiscard]] const std::string& read_error() const noexcept { return read_error_; }
    // Those with names that msh uses, each as often as it is there.
    [[nodiscard]] std::size_t blocks() const noexcept { return places_.size(); }

    [[nodiscard]] std::optional<Bytes> fetch(const Cid& cid) override;

  private:
    // A section, by a keyed hash of its CID: those that agree in it are compared whole when one is fetched.
    struct Place {
        std::uint64_t key;
        std::uint64_t offset;
    };

    [[nodiscard]] std::optional<Bytes> read(const Cid& cid, std::uint64_t offset) const;
    [[nodiscard]] ByteView read_ahead(MutableBytes buffer, std::uint64_t offset) const;
    [[nodiscard]] std::uint64_t key_of(const Cid& cid) const;
    void find_sections(std::uint64_t begin, const IsOver& is_over);

    FileDescriptor file_;
    std::string cannot_read_;  // what an error of it begins with
    Id secret_;                // of the keyed hash
    std::uint64_t end_ = 0;
    std::deque<Place> places_;  // by key; it grows without being copied
    std::optional<std::uint64_t> damage_;
    std::string read_error_;
};

}  // namespace msh::ipfs
