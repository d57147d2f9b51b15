// Writes the file of a segment: pages in any order, then the hash tree, then the name. Until finish() there is only a
// hidden temporary file (AtomicFile).
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/temporary_file.hpp"
#include "index/format.hpp"

namespace msh::index {

class SegmentWriter {
  public:
    SegmentWriter(const std::filesystem::path& folder, const SegmentId& id, std::uint32_t pages);

    // Every page is put once.
    void put(std::uint32_t number, const Page& page);

    // The root, once the file is durable under its name.
    [[nodiscard]] Digest finish();

  private:
    void write(ByteView bytes, std::uint64_t offset);

    AtomicFile file_;
    std::vector<Digest> leaves_;
};

}  // namespace msh::index
