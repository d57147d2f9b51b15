#include "intake/folder_listing.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace msh::intake {
namespace fs = std::filesystem;

FolderListing::FolderListing(fs::path folder, std::error_code& error) : folder_(std::move(folder)) {
    for (auto entry = fs::directory_iterator(folder_, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        auto* const kept = static_cast<char*>(names_.allocate(name.size() + 1, 1));
        std::memcpy(kept, name.c_str(), name.size() + 1);
        left_.push_back(kept);
    }
    if (error) left_.clear();
    std::sort(left_.begin(), left_.end(), [](const char* a, const char* b) { return std::strcmp(a, b) > 0; });
}

fs::path FolderListing::take() {
    const char* const name = left_.back();
    left_.pop_back();
    return folder_ / name;
}

}  // namespace msh::intake
