// Where written bytes go: any function that takes them in order.
//
//     const Sink sink = [&](ByteView part) { write_all(fd, part); };
//     CountingSink counted(sink);
//     counted(part); ...
//     counted.size(), counted.digest()
//
// A part lives as long as the call. What a sink throws ends the write it was called from.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "base/bytes.hpp"
#include "crypto/hash.hpp"

namespace msh::dicom {

using Sink = std::function<void(ByteView part)>;

// Passes bytes on and keeps their number and SHA-256.
class CountingSink {
  public:
    explicit CountingSink(Sink sink) : sink_(std::move(sink)) {}

    void operator()(ByteView part) {
        hash_.update(part);
        size_ += part.size();
        sink_(part);
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    // Once, at the end.
    [[nodiscard]] Digest digest() { return hash_.finish(); }

  private:
    Sink sink_;
    crypto::Sha256 hash_;
    std::uint64_t size_ = 0;
};

}  // namespace msh::dicom
