#include "decryptor.hpp"

#include <algorithm>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/payload_reading.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr const char* suffix = ".dcm";
constexpr const char* part_suffix = ".part";  // behind where it begins
constexpr std::size_t buffer_size = std::size_t{1} << 20;
constexpr std::size_t max_files_at_once = 256;  // each holds a descriptor until the sync

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

Decryptor::Decryptor(const custodian::Home& home, keystore::Keystore& keystore, fs::path folder,
                     const std::optional<ByteRange>& range)
    : places_(home),
      opener_(keystore),
      folder_(made(std::move(folder))),
      range_(range),
      disk_(folder_),
      unnamed_(folder_ / (to_hex(crypto::random_id()) + suffix)) {
    AtomicFile::sweep(folder_, suffix);
}

void Decryptor::operator()(cli::Batch& batch) {
    batch.drop_other_types();
    std::vector<cli::Item*> items = batch.objects();
    const std::size_t at_once = files_at_once(max_files_at_once);
    for (std::size_t begin = 0; begin < items.size(); begin += at_once) {
        std::vector<Job> jobs(std::min(at_once, items.size() - begin));
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            jobs[i].item = items[begin + i];
            try {
                jobs[i].study_secret = opener_.study_secret(*jobs[i].item->object);
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::input && error.kind() != ErrorKind::refused) throw;
                jobs[i].item->fail(error);
            }
        }
        const unsigned threads = jobs.size() < worker_count() ? worker_count() : 1;
        parallel_for(jobs.size(), worker_count(), [&](std::size_t i) { decrypt(jobs[i], threads); });
        disk_.sync();
        for (Job& job : jobs)
            name(job);
        sync_folder(folder_);
        for (const Job& job : jobs) {
            if (!job.item->failed()) remove_fetched(*job.item->object);
        }
    }
}

void Decryptor::decrypt(Job& job, unsigned threads) const {
    const record::Object& object = *job.item->object;
    if (job.item->failed()) return;
    try {
        job.about = custodian::open_about(object, job.study_secret);
        const FileDescriptor payload = custodian::open_any_payload(object);
        job.file = std::make_unique<AtomicFile>(unnamed_, 0600);
        if (range_) {
            decrypt_part(job, payload.get());
        } else {
            decrypt_whole(job, payload.get(), threads);
        }
    } catch (const Error& error) {
        job.file.reset();
        if (error.kind() != ErrorKind::input) throw;
        job.item->fail(error);
    }
}

void Decryptor::decrypt_whole(Job& job, int payload, unsigned threads) {
    WritebackWriter file(job.file->fd());
    std::uint64_t offset = 0;
    const auto read_next = [&](MutableBytes into) {
        const std::size_t got = read_payload(payload, into, offset);
        offset += got;
        return got;
    };
    job.sha256 = custodian::decrypt_payload(read_next, *job.item->object, job.study_secret, job.about, threads,
                                            [&](ByteView plain) { file.write(plain); });
    file.finish();
}

void Decryptor::decrypt_part(Job& job, int payload) const {
    const auto read_at = [&](std::uint64_t offset, MutableBytes into) { return read_payload(payload, into, offset); };
    job.sha256 = custodian::decrypt_range(read_at, *job.item->object, job.study_secret, job.about, *range_,
                                          [&](ByteView plain) { write_all(job.file->fd(), plain); });
}

// Two objects may have one SOP Instance UID, and one id as well: the second is told apart by its id, the third by what
// is in it.
void Decryptor::name(Job& job) const {
    if (job.item->failed()) return;
    const std::string& uid = job.about.sop;
    const std::string end = range_ ? "." + std::to_string(range_->offset) + part_suffix : suffix;
    if (give_name(job, folder_ / (uid + end))) return;
    const std::string with_id = uid + "-" + to_hex(job.item->object->id);
    if (give_name(job, folder_ / (with_id + end))) return;
    if (give_name(job, folder_ / (with_id + "-" + to_hex(job.sha256) + end))) return;
    job.item->fail(Error(ErrorKind::input, "its file name is already taken"));
}

// False when something else has the name.
bool Decryptor::give_name(Job& job, const fs::path& path) const {
    if (!job.file->name_new(path) && digest_of(path) != job.sha256) return false;
    job.item->result = path.string();
    return true;
}

void Decryptor::remove_fetched(const record::Object& object) const {
    const auto place = places_.find(*object.payload.path, object.id);
    if (!place || place->folder != custodian::PayloadPlace::Folder::fetched) return;
    std::error_code ignored;
    fs::remove(place->path, ignored);
}

}  // namespace msh
