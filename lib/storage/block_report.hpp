// The interface by which the maintenance of a block store (storage/store_check.hpp, storage/unneeded_blocks.hpp)
// reports blocks. An Error that an implementation throws ends the run.
#pragma once

#include <cstdint>
#include <string_view>

#include "ipfs/cid.hpp"

namespace msh::storage {

class BlockReport {
  public:
    BlockReport() = default;
    BlockReport(const BlockReport&) = delete;
    BlockReport& operator=(const BlockReport&) = delete;
    virtual ~BlockReport() = default;

    // A block that is not as it should be: "damaged", "absent", "repaired", "unneeded" or "removed"; "unknown" of a
    // payload with more blocks than are looked at (ipfs/file_walk.hpp).
    virtual void tell(const ipfs::Cid& cid, std::string_view state) = 0;
    // What was told until now is durable.
    virtual void flush() = 0;
    // A block was read.
    virtual void count(std::uint64_t bytes) = 0;
};

}  // namespace msh::storage
