#include "ipfs/open_sources.hpp"

#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/car_file.hpp"
#include "ipfs/gateway.hpp"

namespace msh::ipfs {
namespace fs = std::filesystem;
namespace {

std::string warning_of(const CarFile& archive, const fs::path& file) {
    const auto place = archive.damage();
    if (!place) return {};
    return "'" + file.string() + "' is cut off or damaged at byte " + std::to_string(*place) +
           ": what is behind that is not looked for";
}

}  // namespace

void refuse_home(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::is_directory(folder / "store", ignored)) return;  // in a store, folders have names of two letters
    throw Error(ErrorKind::failed, "'" + folder.string() + "' is not a folder of blocks",
                "did you mean '" + (folder / "store").string() + "'?");
}

std::string OpenSources::open(const std::string& place) {
    std::error_code ignored;
    std::string warning;
    if (place.starts_with("http://") || place.starts_with("https://")) {
        if (!client_) client_ = std::make_unique<http::Client>(limits_);
        owned_.push_back(std::make_unique<Gateway>(place, *client_));
    } else if (fs::is_regular_file(place, ignored)) {
        auto archive = std::make_unique<CarFile>(place);
        warning = warning_of(*archive, place);
        owned_.push_back(std::move(archive));
    } else {
        refuse_home(place);
        owned_.push_back(std::make_unique<BlockStore>(place, BlockStore::Access::read));
    }
    list_.push_back(owned_.back().get());
    return warning;
}

}  // namespace msh::ipfs
