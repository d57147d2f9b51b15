// Random numbers and orders from the system's generator: what keeps the places in a segment from telling in which order
// the documents and their terms came.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "base/bytes.hpp"

namespace msh::index {

class SecureRandom {
  public:
    // Uniform from 0 to bound - 1; `bound` is at least 1.
    [[nodiscard]] std::uint32_t below(std::uint32_t bound);

    template <typename T>
    void shuffle(std::span<T> items) {
        for (std::size_t left = items.size(); left > 1; --left) {
            std::swap(items[left - 1], items[below(static_cast<std::uint32_t>(left))]);
        }
    }

  private:
    std::array<std::uint8_t, 4096> pool_{};
    std::size_t used_ = sizeof pool_;
};

}  // namespace msh::index
