// Places to read blocks from, by the names a user gives them: the folder of a store, or a CAR archive.
//
//     OpenSources sources;
//     const std::string warning = sources.open(place);     // not empty: what is there, is; but not all of it is
//     find_block(sources.list(), cid);
//
// open() throws Error (failed) when the place is neither, or cannot be read.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ipfs/block_source.hpp"

namespace msh::ipfs {

class OpenSources {
  public:
    [[nodiscard]] std::string open(const std::filesystem::path& place);

    [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
    // In the order they were opened.
    [[nodiscard]] const BlockSources& list() const noexcept { return list_; }

  private:
    std::vector<std::unique_ptr<BlockSource>> owned_;
    BlockSources list_;
};

}  // namespace msh::ipfs
