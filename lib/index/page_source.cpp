#include "index/page_source.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.hpp"

namespace msh::index {

PageFile::PageFile(const std::filesystem::path& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    const int open_error = errno;
    if (!fd_) throw system_error("cannot open index segment " + path.stem().string(), open_error);
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0) throw system_error("cannot stat an index segment", errno);
    size_ = static_cast<std::uint64_t>(status.st_size);
}

std::size_t PageFile::read(MutableBytes into, std::uint64_t offset) const {
    return read_at(fd_.get(), into, offset);
}

}  // namespace msh::index
