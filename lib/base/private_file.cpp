#include "base/private_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/file.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

// Under whatever names.
bool is_credential(const fs::path& path) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder == '\0') return false;
    std::error_code error;
    const fs::path credentials = fs::canonical(folder, error);
    if (error) return false;
    const fs::path file = fs::canonical(path, error);
    if (error) return false;
    return std::mismatch(credentials.begin(), credentials.end(), file.begin(), file.end()).first == credentials.end();
}

}  // namespace

std::optional<SecretBytes> read_private_file(const fs::path& path, std::size_t limit) {
    struct stat status {};
    const bool is_file = ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
    if (is_file && (status.st_mode & 077) != 0 && !is_credential(path)) {
        throw Error(ErrorKind::usage, "others may read '" + path.string() + "', which holds a secret",
                    "chmod 600 '" + path.string() + "'");
    }
    return read_secret_file(path, limit);
}

}  // namespace msh
