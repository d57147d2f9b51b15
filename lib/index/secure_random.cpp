#include "index/secure_random.hpp"

#include "crypto/random.hpp"

namespace msh::index {

std::uint32_t SecureRandom::below(std::uint32_t bound) {
    const std::uint64_t uneven = (0 - std::uint64_t{bound}) % bound;  // 2^64 mod bound
    while (true) {
        if (used_ == pool_.size()) {
            crypto::fill_random(pool_);
            used_ = 0;
        }
        const auto drawn = load_big_endian<std::uint64_t>(ByteView(pool_).subspan(used_, 8));
        used_ += 8;
        if (drawn >= uneven) return static_cast<std::uint32_t>(drawn % bound);
    }
}

}  // namespace msh::index
