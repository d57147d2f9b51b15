#include "ipfs/open_source.hpp"

#include <utility>

#include "base/error.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/car_file.hpp"

namespace msh::ipfs {
namespace fs = std::filesystem;
namespace {

OpenedSource open_archive(const fs::path& file) {
    auto archive = std::make_unique<CarFile>(file);
    std::string warning;
    if (const auto place = archive->damage()) {
        warning = "'" + file.string() + "' is cut off or damaged at byte " + std::to_string(*place) +
                  ": what is behind that is not looked for";
    }
    return {std::move(archive), std::move(warning)};
}

}  // namespace

OpenedSource open_source(const fs::path& place) {
    std::error_code ignored;
    if (fs::is_regular_file(place, ignored)) return open_archive(place);
    // In a store, folders have names of two letters: this is the home that has one.
    if (fs::is_directory(place / "store", ignored)) {
        throw Error(ErrorKind::failed, "'" + place.string() + "' is not a folder of blocks",
                    "did you mean '" + (place / "store").string() + "'?");
    }
    return {std::make_unique<BlockStore>(place, BlockStore::Access::read), {}};
}

}  // namespace msh::ipfs
