// HMACs by which the keystore recognises a file that it has seen, without storing its UID, path or content digest. The
// key is the project's pseudonym key, so files of two projects have nothing in common, nor have those of two profiles.
//
//     digest = HMAC-SHA256(key, label || 0x00 || parts)      each part behind its length, 8 bytes, big endian
//
// docs/decisions/0013-more-labels-of-the-pseudonym-key.md
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::intake {

class KeyedDigests {
  public:
    // The key must outlive it.
    KeyedDigests(const Key& pseudonym_key, std::string profile) : key_(pseudonym_key), profile_(std::move(profile)) {}

    // From UID and size, which are known before the content's digest. If the keystore does not know the hint, file()
    // need not be computed (keystore/objects.hpp).
    [[nodiscard]] Digest hint(std::string_view sop_instance, std::uint64_t size) const;
    // Of the file, with the digest of its content.
    [[nodiscard]] Digest file(std::string_view sop_instance, const Digest& content) const;
    // Of its study (keystore/studies.hpp).
    [[nodiscard]] Digest study(std::string_view study_instance) const;
    // Of a file that may not be DICOM at all (keystore/refusals.hpp).
    [[nodiscard]] Digest refusal(const Digest& fingerprint, std::uint64_t size) const;

  private:
    [[nodiscard]] Digest digest(std::string_view label, std::initializer_list<ByteView> parts) const;

    const Key& key_;
    std::string profile_;
};

}  // namespace msh::intake
