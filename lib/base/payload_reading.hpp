// Reading a payload's file. A read that fails, as on a bad sector, concerns this payload alone, not the store or server
// that the payload is for: unlike read_at() of base/file.hpp, it is an Error of kind `input`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace msh {

// Reads until the buffer is full or the file ends; gives the count.
[[nodiscard]] std::size_t read_payload(int fd, MutableBytes into, std::uint64_t offset);

}  // namespace msh
