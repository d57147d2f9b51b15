// A segment (format.hpp), opened for reading. Every page it gives has been proved to belong to the root in the
// manifest, by the hashes that the segment itself contains; so damaged or replaced data is either never read or
// ends in an Error of kind `input` that names the segment. Errors of the source pass.
//
//     const Segment segment = open_segment(folder, info);              // of index/folder.hpp
//     const Segment segment(std::move(source), info);                  // reads one page and checks it
//     Page page = segment.page(number);
//
// Reading is by offset, so several threads may share a Segment.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "index/format.hpp"
#include "index/page_source.hpp"

namespace msh::index {

class Segment {
  public:
    Segment(std::unique_ptr<const PageSource> source, SegmentInfo info);

    [[nodiscard]] const SegmentInfo& info() const noexcept { return info_; }
    [[nodiscard]] Page page(std::uint32_t number) const;

    // RFC 9162 section 2.1.3: what proves a page, below info().pages(), to someone who holds the manifest. Not
    // checked here.
    [[nodiscard]] std::vector<Digest> proof(std::uint32_t number) const;

  private:
    void read(MutableBytes into, std::uint64_t offset) const;

    SegmentInfo info_;
    std::unique_ptr<const PageSource> source_;
};

}  // namespace msh::index
