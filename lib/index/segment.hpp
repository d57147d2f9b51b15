// A segment file (format.hpp), opened for reading. Every page it gives has been proved to belong to the root in the
// manifest, by the hashes that the file itself contains; so damaged or replaced data is either never read or
// ends in an Error of kind `input` that names the segment. A file that cannot be opened or read is kind `failed`.
//
//     const Segment segment(segment_path(folder, info.id), info);      // reads one page and checks it
//     Page page = segment.page(number);
//
// Reading is by offset, so several threads may share a Segment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "index/format.hpp"

namespace msh::index {

class Segment {
  public:
    Segment(const std::filesystem::path& path, SegmentInfo info);

    [[nodiscard]] const SegmentInfo& info() const noexcept { return info_; }
    [[nodiscard]] Page page(std::uint32_t number) const;

    // RFC 9162 section 2.1.3: what proves a page, below info().pages(), to someone who holds the manifest. Not
    // checked here.
    [[nodiscard]] std::vector<Digest> proof(std::uint32_t number) const;

  private:
    void read(MutableBytes into, std::uint64_t offset) const;

    SegmentInfo info_;
    FileDescriptor fd_;
};

}  // namespace msh::index
