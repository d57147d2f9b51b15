// An input file, opened once and read by offset. Small files are read into memory at once, so that everything after the
// opening works on bytes that cannot change; large ones are read where they are needed.
//
//     Source source = Source::open(path);
//     source.read_at(offset, into);                 // all of it, or Error(input): the file became shorter
//     source.copy(offset, count, sink);
//     source.require_unchanged();                   // after the last read
//
// open() follows no link, waits for no FIFO and takes regular files only. Every reason not to read the file (absent, no
// permission, a folder, empty...) is an Error(input) with a message of its own; running out of descriptors or memory is
// an Error(failed), since the file is not to blame.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <sys/stat.h>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "dicom/output.hpp"

namespace msh::dicom {

class Source {
  public:
    [[nodiscard]] static Source open(const std::filesystem::path& path);
    [[nodiscard]] static Source from_memory(Bytes bytes);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    // Whether the whole file is in memory.
    [[nodiscard]] bool is_held() const noexcept { return memory_ != nullptr; }

    // The range must lie within the size.
    void read_at(std::uint64_t offset, MutableBytes into) const;
    void copy(std::uint64_t offset, std::uint64_t count, const Sink& sink) const;

    // Of the whole file, which has not changed until then.
    [[nodiscard]] Digest digest() const;

    // What tells it from other files of its size: the digest where it is held, else that of its first and last 64 KiB.
    [[nodiscard]] Digest fingerprint() const;

    // Throws Error(input) where the file was removed, written to or cut since it was opened, and where a read_at()
    // failed, even if its error was lost on the way through DCMTK.
    void require_unchanged() const;

  private:
    Source() = default;
    void load();

    FileDescriptor fd_;
    struct stat opened_ {};
    std::uint64_t size_ = 0;
    std::unique_ptr<std::uint8_t[]> memory_;  // the whole file, or nothing
    mutable bool failed_ = false;
};

}  // namespace msh::dicom
