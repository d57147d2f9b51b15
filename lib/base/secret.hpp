// Containers for secrets: wiped on destruction and on reallocation. A SecretBytes is a vector, so it can grow;
// a Key is 32 bytes in place. Neither can be printed or compared by accident: use constant_time_equal.
#pragma once

#include <array>
#include <cstdint>
#include <string.h>  // explicit_bzero
#include <vector>

#include "base/bytes.hpp"

namespace msh {

inline void wipe(void* data, std::size_t size) noexcept {
    explicit_bzero(data, size);
}

template <typename T>
struct WipingAllocator {
    using value_type = T;
    WipingAllocator() = default;
    template <typename U>
    explicit WipingAllocator(const WipingAllocator<U>& /*other*/) noexcept {}
    T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
    void deallocate(T* place, std::size_t count) noexcept {
        wipe(place, count * sizeof(T));
        std::allocator<T>().deallocate(place, count);
    }
    bool operator==(const WipingAllocator& /*other*/) const noexcept { return true; }
};

using SecretBytes = std::vector<std::uint8_t, WipingAllocator<std::uint8_t>>;

template <std::size_t N>
class SecretArray {
  public:
    SecretArray() = default;
    explicit SecretArray(std::span<const std::uint8_t, N> from) noexcept { std::memcpy(bytes_.data(), from.data(), N); }
    SecretArray(const SecretArray&) = default;
    SecretArray& operator=(const SecretArray&) = default;
    ~SecretArray() { wipe(bytes_.data(), N); }

    [[nodiscard]] std::span<const std::uint8_t, N> view() const noexcept { return bytes_; }
    [[nodiscard]] std::span<std::uint8_t, N> writable() noexcept { return bytes_; }

  private:
    std::array<std::uint8_t, N> bytes_{};
};

using Key = SecretArray<32>;      // every secret of the keystore
using FileKey = SecretArray<16>;  // age's file key

// True when both are equal; takes the same time wherever they differ. Lengths are not secret.
[[nodiscard]] bool constant_time_equal(ByteView a, ByteView b) noexcept;

}  // namespace msh
