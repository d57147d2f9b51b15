// Places to read blocks from, by the names a user gives them: the folder of a store, a CAR archive, or the URL of a
// trustless gateway.
//
//     OpenSources sources;
//     const std::string warning = sources.open(place);     // not empty: what is there, is; but not all of it is
//     find_block(sources.list(), cid);
//
// open() throws Error (failed) when the place is none of these, or cannot be read. A gateway is not asked before a block
// is.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "http/client.hpp"
#include "ipfs/block_source.hpp"

namespace msh::ipfs {

// Error (failed), with what was probably meant, where the folder is a home that has a store and not the store itself.
void refuse_home(const std::filesystem::path& folder);

class OpenSources {
  public:
    explicit OpenSources(const http::Limits& limits = {}) : limits_(limits) {}

    [[nodiscard]] std::string open(const std::string& place);

    [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
    // In the order they were opened.
    [[nodiscard]] const BlockSources& list() const noexcept { return list_; }

  private:
    http::Limits limits_;
    std::unique_ptr<http::Client> client_;  // once there is a gateway
    std::vector<std::unique_ptr<BlockSource>> owned_;
    BlockSources list_;
};

}  // namespace msh::ipfs
