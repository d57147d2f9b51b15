#include "custodian/opening.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/uid.hpp"
#include "crypto/box.hpp"
#include "crypto/hash.hpp"
#include "crypto/object_key.hpp"
#include "keystore/shredding.hpp"

namespace msh::custodian {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20;
constexpr std::int64_t clock_skew = 5 * 60;  // seconds by which the issuer's clock may be ahead

bool is_in_force(const keystore::AcceptedGrant& grant, std::int64_t now) {
    const bool has_begun = !grant.not_before || *grant.not_before <= now + clock_skew;
    const bool has_ended = grant.not_after && now > *grant.not_after;
    return has_begun && !has_ended;
}

[[noreturn]] void throw_not_held(keystore::Keystore& keystore, const Id& study) {
    throw keystore::not_found_error(
        keystore, study,
        {ErrorKind::input, "the keystore does not have the study's secret", "accept a grant of the study first"});
}

}  // namespace

std::optional<OpenObject> Opener::open_object(const record::Object& from_outside) {
    std::optional<Error> refusal;
    for (keystore::HeldObject& held : objects_.candidates_for(from_outside)) {
        try {
            return OpenObject{held.number, std::move(held.record), open_study(held.study)};
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::refused) throw;
            refusal = error;
        }
    }
    if (refusal) throw *refusal;
    return std::nullopt;
}

OpenStudy Opener::open_study(const record::Object& object) {
    bool is_held = false;
    std::optional<Error> refusal;
    for (keystore::EpochSecrets& secrets : studies_.all_secrets(object.study, object.epoch)) {
        if (!secrets.study_secret) continue;
        is_held = true;
        if (!constant_time_equal(crypto::object_commitment(*secrets.study_secret, object.id), object.kc)) continue;
        try {
            return open(std::move(secrets));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::refused) throw;
            refusal = error;
        }
    }
    if (refusal) throw *refusal;
    if (is_held) {
        const auto whose = keystore::Shredding(keystore_).was_shredded(object.study);
        if (whose == keystore::Whose::own) throw_not_held(keystore_, object.study);
        throw Error(ErrorKind::input, whose ? "the record is of a study that was shredded, or its 'kc' is wrong"
                                            : "'kc' does not match the study's secret");
    }
    throw_not_held(keystore_, object.study);
}

OpenStudy Opener::open_study(const keystore::StudyEpoch& study) {
    auto secrets = studies_.secrets(study);
    if (!secrets || !secrets->study_secret) throw_not_held(keystore_, study.study);
    return open(std::move(*secrets));
}

OpenStudy Opener::open(keystore::EpochSecrets secrets) {
    OpenStudy study{secrets.name, *secrets.study_secret, secrets.seal_secret.has_value(), secrets.issuer, std::nullopt};
    if (study.is_own) return study;
    const std::int64_t now = seconds_now();
    bool is_open = false;
    for (const keystore::AcceptedGrant& grant : grants_.grants_for(study.name)) {
        if (!is_in_force(grant, now)) continue;
        is_open = true;
        if (!grant.not_after) {
            study.not_after.reset();
            return study;
        }
        study.not_after = std::max(study.not_after, grant.not_after);
    }
    if (!is_open) throw Error(ErrorKind::refused, "no grant of the study is currently in force");
    return study;
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

Digest decrypt_payload(const ReadNext& read_next, const record::Object& object, const Key& study_secret,
                       const record::About& about, unsigned threads, const std::function<void(ByteView)>& plain) {
    crypto::Sha256 hash;
    std::uint64_t size = 0;
    crypto::StreamOpener opener(
        crypto::object_file_key(study_secret, object.id),
        [&](ByteView part) {
            hash.update(part);
            size += part.size();
            plain(part);
        },
        threads);
    Bytes buffer(buffer_size);
    std::uint64_t read = 0;
    for (std::size_t got = read_next(buffer); got > 0; got = read_next(buffer)) {
        opener.write(ByteView(buffer).first(got));
        read += got;
    }
    opener.finish();
    if (read != object.payload.size) throw Error(ErrorKind::input, "the payload's size differs from its record");
    const Digest sha256 = hash.finish();
    if (size != about.size || sha256 != about.sha256) {
        throw Error(ErrorKind::input, "the decrypted file does not match 'about'");
    }
    return sha256;
}

Digest decrypt_range(const crypto::ReadAt& read_at, const record::Object& object, const Key& study_secret,
                     const record::About& about, const ByteRange& range, const std::function<void(ByteView)>& plain) {
    if (range.offset >= about.size) throw Error(ErrorKind::input, "the range begins behind the file's end");
    if (crypto::payload_size(about.size) != object.payload.size) {
        throw Error(ErrorKind::input, "the payload has another size than 'about' says");
    }
    crypto::Sha256 hash;
    crypto::open_range(crypto::object_file_key(study_secret, object.id), range, about.size, read_at,
                       [&](ByteView part) {
                           hash.update(part);
                           plain(part);
                       });
    return hash.finish();
}

record::Sealed open_sealed(keystore::Keystore& keystore, const record::Object& object) {
    return SealedOpener(keystore).open(object);
}

record::Sealed SealedOpener::open(const record::Object& object) {
    if (!object.sealed) throw Error(ErrorKind::input, "'sealed' is missing");
    if (!last_ || last_->study != object.study || last_->epoch != object.epoch) {
        auto secrets = studies_.secrets(object.study, object.epoch);
        if (!secrets || !secrets->seal_secret) throw Error(ErrorKind::input, "'sealed' belongs to another keystore");
        last_.emplace(Epoch{object.study, object.epoch, *secrets->seal_secret});
    }
    const auto text = crypto::open_box(crypto::sealed_box, last_->seal_secret, object.id, *object.sealed);
    if (!text) throw Error(ErrorKind::input, "'sealed' cannot be opened");
    return record::read_sealed(as_text(*text));
}

}  // namespace msh::custodian
