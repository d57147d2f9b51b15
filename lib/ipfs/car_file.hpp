// A CAR archive on the disk, version 1 or 2, as a source of blocks. Opening it walks over the heads of its sections, not
// over the blocks (a million blocks take a second, and 16 MB of memory); a version 2 archive's own index is not trusted.
//
//     CarFile archive(path);                          // Error (failed) when it is no archive, or cannot be read
//     if (archive.damage()) ...                       // what is behind that place is not known
//     archive.fetch(cid);
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>

#include "base/file.hpp"
#include "ipfs/block_source.hpp"

namespace msh::ipfs {

class CarFile : public BlockSource {
  public:
    explicit CarFile(const std::filesystem::path& path);

    // The place where no section begins although the archive goes on, or from which on one is not whole: it was cut
    // off, or bytes were lost. The blocks before that are there.
    [[nodiscard]] std::optional<std::uint64_t> damage() const noexcept { return damage_; }
    // Those with names that msh uses, each as often as it is there.
    [[nodiscard]] std::size_t blocks() const noexcept { return places_.size(); }

    [[nodiscard]] std::optional<Bytes> fetch(const Cid& cid) override;

  private:
    // A section, by the beginning of its CID's digest: those that agree in it are compared whole when one is fetched.
    struct Place {
        std::uint64_t key;
        std::uint64_t offset;
    };

    [[nodiscard]] std::optional<Bytes> read(const Cid& cid, std::uint64_t offset) const;
    void find_sections(std::uint64_t begin, std::uint64_t end);

    FileDescriptor file_;
    std::uint64_t end_ = 0;
    std::deque<Place> places_;  // by key; it grows without being copied
    std::optional<std::uint64_t> damage_;
};

}  // namespace msh::ipfs
