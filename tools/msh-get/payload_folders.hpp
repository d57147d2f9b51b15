// The folders that a run fetches into. A payload's place is RUN/ID, and whoever was granted a study's secret can make
// another payload for an object of it: of two payloads of one object, the second lies in another folder of this run.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <map>
#include <vector>

#include "cli/record_loop.hpp"
#include "custodian/run_folder.hpp"
#include "ipfs/payload.hpp"

namespace msh {

// Records of one object that name one payload: they share its file.
struct SamePayload {
    ipfs::PayloadRef payload;
    std::vector<cli::Item*> items;
    const custodian::RunFolder* folder = nullptr;
};

class PayloadFolders {
  public:
    explicit PayloadFolders(std::filesystem::path parent);

    [[nodiscard]] const custodian::RunFolder& first() const { return folders_.front(); }

    // Items without a valid CID fail, and so do those of an object with more payloads than there may be folders.
    [[nodiscard]] std::vector<SamePayload> group(const std::vector<cli::Item*>& items);

  private:
    // The number of the first folder from this one on where the object has no other payload.
    [[nodiscard]] std::size_t find(const Id& object, const ipfs::PayloadRef& payload, std::size_t from);

    std::filesystem::path parent_;
    std::deque<custodian::RunFolder> folders_;
};

}  // namespace msh
