// A place to read blocks from, by the name a user gives it: the folder of a store, or a CAR archive.
//
//     auto [source, warning] = open_source(place);
//     if (!warning.empty()) say(warning);              // what is there, is; but not all of it is
//
// Throws Error (failed) when it is neither, or cannot be read.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ipfs/block_source.hpp"

namespace msh::ipfs {

struct OpenedSource {
    std::unique_ptr<BlockSource> source;
    std::string warning;
};

[[nodiscard]] OpenedSource open_source(const std::filesystem::path& place);

}  // namespace msh::ipfs
