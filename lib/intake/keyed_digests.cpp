#include "intake/keyed_digests.hpp"

#include <array>

#include "crypto/mac.hpp"

namespace msh::intake {
namespace {

// Each part behind its length, so that no two lists of parts have the same text.
Bytes with_lengths(std::initializer_list<ByteView> parts) {
    Bytes out;
    for (const ByteView part : parts) {
        std::array<std::uint8_t, 8> size{};
        store_big_endian(static_cast<std::uint64_t>(part.size()), size);
        append(out, size);
        append(out, part);
    }
    return out;
}

}  // namespace

Digest KeyedDigests::digest(std::string_view label, std::initializer_list<ByteView> parts) const {
    constexpr std::array<std::uint8_t, 1> end_of_label{};
    return crypto::hmac_sha256(key_.view(), {as_bytes(label), end_of_label, with_lengths(parts)});
}

Digest KeyedDigests::hint(std::string_view sop_instance, std::uint64_t size) const {
    const std::string text = std::to_string(size);
    return digest("msh/v1/hint", {as_bytes(sop_instance), as_bytes(text), as_bytes(profile_)});
}

Digest KeyedDigests::file(std::string_view sop_instance, const Digest& content) const {
    return digest("msh/v1/done", {as_bytes(sop_instance), content, as_bytes(profile_)});
}

Digest KeyedDigests::study(std::string_view study_instance) const {
    return digest("msh/v1/study", {as_bytes(study_instance), as_bytes(profile_)});
}

Digest KeyedDigests::refusal(const Digest& fingerprint, std::uint64_t size) const {
    const std::string text = std::to_string(size);
    return digest("msh/v1/refusal", {fingerprint, as_bytes(text), as_bytes(profile_)});
}

}  // namespace msh::intake
