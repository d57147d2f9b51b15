// Which objects a run has met already: a compact set of random ids or digests (8 bytes each, in a table that is three
// to six eighths full). Nothing fails but memory. Only the first 8 bytes are compared, and two ids that agree in these
// count as one; ids are drawn at random by msh itself, so collisions do not occur in practice; with other values they
// may.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace msh::custodian {

class IdSet {
  public:
    // An id or a digest, at least 8 bytes. Returns false if it was already there.
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
