// Which objects a run has met already: a set of random ids that stays small for millions of them (8 bytes an id in a
// table that is three to six eighths full). Two ids that agree in their first 64 bits count as one; ids are drawn at
// random by msh itself, so collisions do not occur in practice; with other values they may.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace msh::custodian {

class IdSet {
  public:
    // An id or a digest: 8 bytes at least, of which no others are looked at. False when it was in.
    bool insert(ByteView id);
    [[nodiscard]] bool contains(ByteView id) const;

  private:
    void grow();
    bool place(std::uint64_t key);
    [[nodiscard]] std::size_t find(std::uint64_t key) const;

    std::vector<std::uint64_t> table_;  // open addressing; 0 is empty
    std::size_t count_ = 0;
};

}  // namespace msh::custodian
