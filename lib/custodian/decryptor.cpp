#include "custodian/decryptor.hpp"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "base/attempt.hpp"
#include "base/encoding.hpp"
#include "base/parallel.hpp"
#include "base/payload_reading.hpp"

namespace msh::custodian {
namespace fs = std::filesystem;
namespace {

constexpr const char* part_suffix = ".part";    // behind where it begins
constexpr std::size_t max_files_at_once = 256;  // each holds a descriptor until the sync

}  // namespace

Decryptor::Decryptor(const Home& home, keystore::Keystore& keystore, fs::path folder,
                     const std::optional<ByteRange>& range)
    : places_(home), opener_(keystore), folder_(std::move(folder)), range_(range) {}

void Decryptor::decrypt(std::span<DecryptRequest> requests) {
    const std::size_t at_once = files_at_once(max_files_at_once);
    while (!requests.empty()) {
        const std::size_t count = std::min(at_once, requests.size());
        decrypt_together(requests.first(count));
        requests = requests.subspan(count);
    }
}

void Decryptor::decrypt_together(std::span<DecryptRequest> requests) {
    std::vector<Job> jobs;
    jobs.reserve(requests.size());
    for (DecryptRequest& request : requests)
        jobs.push_back(open(request));
    const unsigned threads = jobs.size() < worker_count() ? worker_count() : 1;
    parallel_for(jobs.size(), worker_count(), [&](std::size_t i) { decrypt(jobs[i], threads); });
    folder_.sync();
    for (Job& job : jobs)
        name(job);
    folder_.sync_names();
    for (const Job& job : jobs) {
        if (!job.request->error) remove_fetched(job.request->object);
    }
}

Decryptor::Job Decryptor::open(DecryptRequest& request) {
    Job job;
    job.request = &request;
    try {
        job.study_secret = opener_.study_secret(request.object);
    } catch (const Error& error) {
        if (!concerns_one_input(error)) throw;
        request.error = error;
    }
    return job;
}

void Decryptor::decrypt(Job& job, unsigned threads) const {
    const record::Object& object = job.request->object;
    if (job.request->error) return;
    try {
        job.about = open_about(object, job.study_secret);
        const FileDescriptor payload = open_any_payload(object);
        job.file = folder_.new_file();
        if (range_) {
            decrypt_part(job, payload.get());
        } else {
            decrypt_whole(job, payload.get(), threads);
        }
    } catch (const Error& error) {
        job.file.reset();
        if (error.kind() != ErrorKind::input) throw;
        job.request->error = error;
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
    job.sha256 = decrypt_payload(read_next, job.request->object, job.study_secret, job.about, threads,
                                 [&](ByteView plain) { file.write(plain); });
    file.finish();
}

void Decryptor::decrypt_part(Job& job, int payload) const {
    const auto read_at = [&](std::uint64_t offset, MutableBytes into) { return read_payload(payload, into, offset); };
    job.sha256 = decrypt_range(read_at, job.request->object, job.study_secret, job.about, *range_,
                               [&](ByteView plain) { write_all(job.file->fd(), plain); });
}

// Two objects may have one SOP Instance UID, and one id as well: the second is told apart by its id, the third by what
// is in it.
void Decryptor::name(Job& job) const {
    if (job.request->error) return;
    const std::string& uid = job.about.sop;
    const std::string end = range_ ? "." + std::to_string(range_->offset) + part_suffix : OutputFolder::suffix;
    if (give_name(job, uid + end)) return;
    const std::string with_id = uid + "-" + to_hex(job.request->object.id);
    if (give_name(job, with_id + end)) return;
    if (give_name(job, with_id + "-" + to_hex(job.sha256) + end)) return;
    job.request->error = Error(ErrorKind::input, "its file name is already taken");
}

// False when something else has the name.
bool Decryptor::give_name(Job& job, const std::string& name) const {
    if (!folder_.name(*job.file, job.sha256, name)) return false;
    job.request->file = folder_.path(name);
    return true;
}

void Decryptor::remove_fetched(const record::Object& object) const {
    const auto place = places_.find(*object.payload.path, object.id);
    if (!place || place->folder != PayloadPlace::Folder::fetched) return;
    std::error_code ignored;
    fs::remove(place->path, ignored);
}

}  // namespace msh::custodian
