#include "support/temporary_folder.hpp"

#include <cstdlib>
#include <stdexcept>

namespace msh::test {

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "msh-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path vectors(const std::string& name) {
    const char* folder = std::getenv("MSH_VECTORS");
    return std::filesystem::path(folder != nullptr ? folder : "../shared/vectors") / name;
}

}  // namespace msh::test
