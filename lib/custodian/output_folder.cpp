#include "custodian/output_folder.hpp"

#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"

namespace msh::custodian {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20;

// Nothing of what is no regular file, or cannot be opened or read.
std::optional<Digest> digest_of(const fs::path& path) {
    const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    crypto::Sha256 hash;
    Bytes buffer(buffer_size);
    try {
        for (std::size_t size = read_some(fd.get(), buffer); size > 0; size = read_some(fd.get(), buffer)) {
            hash.update(ByteView(buffer).first(size));
        }
    } catch (const Error&) {
        return std::nullopt;
    }
    return hash.finish();
}

fs::path made(fs::path folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw Error(ErrorKind::failed, "cannot make the folder for the files: " + error.message());
    return folder;
}

}  // namespace

OutputFolder::OutputFolder(fs::path path)
    : path_(made(std::move(path))), disk_(path_), unnamed_(path_ / (to_hex(crypto::random_id()) + suffix)) {
    AtomicFile::sweep(path_, suffix);
}

std::unique_ptr<AtomicFile> OutputFolder::new_file() const {
    return std::make_unique<AtomicFile>(unnamed_, 0600);
}

bool OutputFolder::name(const AtomicFile& file, const Digest& sha256, const std::string& name) const {
    const fs::path path = path_ / name;
    return file.name_new(path) || digest_of(path) == sha256;
}

}  // namespace msh::custodian
