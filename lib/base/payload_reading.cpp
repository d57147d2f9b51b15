#include "base/payload_reading.hpp"

#include <string>

#include "base/error.hpp"
#include "base/file.hpp"

namespace msh {

std::size_t read_payload(int fd, MutableBytes into, std::uint64_t offset) {
    static const std::string what = "cannot read the payload";
    try {
        return read_at(fd, into, offset, what);
    } catch (const Error& error) {
        throw Error(ErrorKind::input, error.what());
    }
}

}  // namespace msh
