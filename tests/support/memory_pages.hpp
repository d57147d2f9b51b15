// A segment's bytes in memory, for tests.
#pragma once

#include <algorithm>
#include <utility>

#include "index/page_source.hpp"

namespace msh::test {

class MemoryPages final : public index::PageSource {
  public:
    explicit MemoryPages(Bytes bytes) : bytes_(std::move(bytes)) {}

    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] std::size_t read(MutableBytes into, std::uint64_t offset) const override {
        const ByteView rest = ByteView(bytes_).subspan(std::min<std::size_t>(offset, bytes_.size()));
        const ByteView part = rest.first(std::min(into.size(), rest.size()));
        std::copy(part.begin(), part.end(), into.begin());
        return part.size();
    }

  private:
    Bytes bytes_;
};

}  // namespace msh::test
