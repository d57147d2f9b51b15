// SHA-256 (FIPS 180-4).
#pragma once

#include <memory>

#include "base/bytes.hpp"

namespace msh::crypto {

[[nodiscard]] Digest sha256(ByteView bytes);

// The digest of a stream:
//     Sha256 hash;
//     hash.update(part); ...
//     Digest digest = hash.finish();     // once; reset() starts anew
class Sha256 {
  public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    ~Sha256();

    void reset();
    Sha256& update(ByteView part);
    [[nodiscard]] Digest finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace msh::crypto
