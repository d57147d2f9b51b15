// Where the bytes of a segment are read from. Whoever reads proves each page (index/segment.hpp), so a source need not
// be trusted.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/bytes.hpp"
#include "base/file.hpp"

namespace msh::index {

class PageSource {
  public:
    virtual ~PageSource() = default;

    // Bytes in all.
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    // Fills `into` from this offset; returns the number of bytes read, fewer where the source ends. Throws Error
    // (failed) when it cannot be read. Called by several threads at once.
    [[nodiscard]] virtual std::size_t read(MutableBytes into, std::uint64_t offset) const = 0;
};

// A file. Throws Error (failed) when it cannot be opened.
class PageFile final : public PageSource {
  public:
    explicit PageFile(const std::filesystem::path& path);

    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] std::size_t read(MutableBytes into, std::uint64_t offset) const override;

  private:
    FileDescriptor fd_;
    std::uint64_t size_ = 0;
};

}  // namespace msh::index
