#include "base/payload_reading.hpp"

#include <cerrno>
#include <unistd.h>

#include "base/error.hpp"

namespace msh {

std::size_t read_payload(int fd, MutableBytes into, std::uint64_t offset) {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t got = ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Error(ErrorKind::input, system_error("cannot read the payload", errno).what());
        done += static_cast<std::size_t>(got);
    }
    return done;
}

}  // namespace msh
