// What is in a folder, in byte order, symbolic links too. Exports put hundreds of thousands of files into one folder,
// so a name takes little more memory than its characters.
//
//     FolderListing listing(folder, error);       // on error, `error` is set and the listing is empty
//     while (!listing.empty()) use(listing.take());
#pragma once

#include <filesystem>
#include <memory_resource>
#include <system_error>
#include <vector>

namespace msh::intake {

class FolderListing {
  public:
    FolderListing(std::filesystem::path folder, std::error_code& error);

    [[nodiscard]] bool empty() const noexcept { return left_.empty(); }
    [[nodiscard]] std::filesystem::path take();

  private:
    std::filesystem::path folder_;
    std::pmr::monotonic_buffer_resource names_;
    std::vector<const char*> left_;  // the next one last
};

}  // namespace msh::intake
