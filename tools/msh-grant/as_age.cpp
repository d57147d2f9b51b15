#include "as_age.hpp"

#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/parallel.hpp"
#include "cli/signals.hpp"
#include "crypto/age.hpp"
#include "crypto/object_key.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20;

void copy_payload(const record::Object& object, int to) {
    const FileDescriptor payload = custodian::open_payload(object);
    Bytes buffer(buffer_size);
    std::uint64_t copied = 0;
    for (std::size_t got = read_some(payload.get(), buffer); got > 0; got = read_some(payload.get(), buffer)) {
        write_all(to, ByteView(buffer).first(got));
        copied += got;
    }
    if (copied != object.payload.size)
        throw Error(ErrorKind::input, "the payload has another size than its record says");
}

}  // namespace

AgeWriter::AgeWriter(const custodian::Home& home, keystore::Keystore& keystore, fs::path folder,
                     std::vector<crypto::AgeRecipient> recipients)
    : opener_(keystore), folder_(std::move(folder)), recipients_(std::move(recipients)) {
    make_folder(folder_, 0700);
    std::error_code ignored;
    if (fs::is_directory(home.store(), ignored)) store_.emplace(home.store(), ipfs::BlockStore::Access::read);
}

void AgeWriter::operator()(cli::Batch& batch) {
    batch.drop_other_types();
    for (cli::Item* item : batch.objects()) {
        try {
            item->result = write(*item->object).string();
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input && error.kind() != ErrorKind::refused) throw;
            item->fail(error);
        }
    }
}

fs::path AgeWriter::write(const record::Object& object) {
    const Key secret = opener_.study_secret(object.study, object.epoch);
    const record::About about = custodian::open_about(object, secret);
    fs::path path = folder_ / (about.sop + "-" + to_hex(object.id) + ".dcm.age");
    AtomicFile file(path, 0600);
    write_all(file.fd(), crypto::age_header(crypto::object_file_key(secret, object.id), recipients_));
    append_payload(object, file.fd());
    file.commit();
    return path;
}

void AgeWriter::append_payload(const record::Object& object, int fd) {
    if (object.payload.path) return copy_payload(object, fd);
    const auto cid = ipfs::Cid::parse(object.payload.cid.value_or(""));
    if (!cid || !store_) throw Error(ErrorKind::input, "the payload is not at hand", "run msh-put or msh-get first");
    ipfs::fetch_payload({*cid, object.payload.size}, {&*store_}, ipfs::unixfs_v1_2025, worker_count(), fd,
                        cli::is_signalled);
}

}  // namespace msh
