#include "custodian/opening.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/uid.hpp"
#include "crypto/box.hpp"
#include "crypto/object_key.hpp"

namespace msh::custodian {
namespace {

constexpr std::int64_t clock_skew = 5 * 60;  // seconds by which the issuer's clock may be ahead

bool is_in_force(const keystore::AcceptedGrant& grant, std::int64_t now) {
    const bool has_begun = !grant.not_before || *grant.not_before <= now + clock_skew;
    const bool has_ended = grant.not_after && now > *grant.not_after;
    return has_begun && !has_ended;
}

}  // namespace

OpenStudy Opener::open_study(const Id& study, std::uint64_t epoch) {
    const auto secrets = studies_.secrets(study, epoch);
    if (!secrets || !secrets->study_secret) {
        throw Error(ErrorKind::input, "the study's secret is not held",
                    "a grant of the study has to be accepted first");
    }
    if (secrets->seal_secret) return {*secrets->study_secret, std::nullopt};
    const std::int64_t now = seconds_now();
    std::optional<std::int64_t> last_end;
    for (const keystore::AcceptedGrant& grant : grants_.opening(study, epoch)) {
        if (!is_in_force(grant, now)) continue;
        if (!grant.not_after) return {*secrets->study_secret, std::nullopt};
        last_end = std::max(last_end, grant.not_after);
    }
    if (!last_end) throw Error(ErrorKind::refused, "no grant of the study is in force now");
    return {*secrets->study_secret, last_end};
}

record::About open_about(const record::Object& object, const Key& study_secret) {
    if (!constant_time_equal(crypto::object_commitment(study_secret, object.id), object.kc)) {
        throw Error(ErrorKind::input, "'kc' does not match the study's secret");
    }
    const auto text = crypto::open_box(crypto::about_box, study_secret, object.id, object.about);
    if (!text) throw Error(ErrorKind::input, "'about' cannot be opened");
    record::About about = record::read_about(as_text(*text));
    if (!is_uid(about.sop)) throw Error(ErrorKind::input, "the SOP Instance UID in 'about' is not a UID");
    return about;
}

FileDescriptor open_payload(const record::Object& object) {
    if (!object.payload.path) throw Error(ErrorKind::input, "'payload.path' is missing", "run msh-get first");
    // O_NONBLOCK: what a record names may be a pipe.
    FileDescriptor file(::open(object.payload.path->c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0)
        throw Error(ErrorKind::input, "the payload's file cannot be opened");
    if (!S_ISREG(status.st_mode)) throw Error(ErrorKind::input, "the payload is not a regular file");
    if (static_cast<std::uint64_t>(status.st_size) != object.payload.size)
        throw Error(ErrorKind::input, "the payload has another size than its record says");
    return file;
}

record::Sealed open_sealed(keystore::Keystore& keystore, const record::Object& object) {
    if (!object.sealed) throw Error(ErrorKind::input, "'sealed' is missing");
    const auto secrets = keystore::Studies(keystore).secrets(object.study, object.epoch);
    if (!secrets || !secrets->seal_secret) throw Error(ErrorKind::input, "'sealed' is another keystore's");
    const auto text = crypto::open_box(crypto::sealed_box, *secrets->seal_secret, object.id, *object.sealed);
    if (!text) throw Error(ErrorKind::input, "'sealed' cannot be opened");
    return record::read_sealed(as_text(*text));
}

}  // namespace msh::custodian
