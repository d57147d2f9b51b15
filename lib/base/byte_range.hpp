// A range of bytes in a file.
#pragma once

#include <cstdint>

namespace msh {

struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

}  // namespace msh
