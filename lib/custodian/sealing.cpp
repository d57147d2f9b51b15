#include "custodian/sealing.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "crypto/box.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"

namespace msh::custodian {
namespace {

FileDescriptor make_file(const std::filesystem::path& path) {
    FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) throw system_error("cannot write to the spool", errno);
    return fd;
}

}  // namespace

Sealer::Sealer(const keystore::StudyForWriting& study, const RunFolder& folder, unsigned threads)
    : study_(study),
      id_(crypto::random_id()),
      place_(folder.place(id_)),
      part_(place_.string() + ".part"),
      fd_(make_file(part_)),
      file_(fd_.get()),
      stream_(
          crypto::object_file_key(study.study_secret, id_), [this](ByteView bytes) { file_.write(bytes); }, threads) {}

Sealer::~Sealer() {
    if (!part_.empty()) ::unlink(part_.c_str());
}

record::Object Sealer::finish(std::string profile, const record::About& about, const record::Sealed& sealed) {
    stream_.finish();
    file_.finish();
    fd_.reset();
    record::Object record;
    record.id = id_;
    record.study = study_.study;
    record.epoch = study_.epoch;
    record.profile = std::move(profile);
    record.payload.size = crypto::payload_size(about.size);
    record.payload.path = place_.string();
    record.kc = crypto::object_commitment(study_.study_secret, id_);
    record.about = crypto::seal_box(crypto::about_box, study_.study_secret, id_, record::to_json(about));
    record.sealed = crypto::seal_box(crypto::sealed_box, study_.seal_secret, id_, record::to_json(sealed));
    if (std::rename(part_.c_str(), place_.c_str()) != 0) throw system_error("cannot rename in the spool", errno);
    part_.clear();
    return record;
}

}  // namespace msh::custodian
