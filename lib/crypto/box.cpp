#include "crypto/box.hpp"

#include <algorithm>
#include <string>

#include "crypto/aead.hpp"
#include "crypto/mac.hpp"

namespace msh::crypto {
namespace {

constexpr std::size_t padding_step = 512;

Key box_key(std::string_view name, const Key& secret, const Id& object) {
    Key key;
    hkdf_sha256(secret.view(), object, name, key.writable());
    return key;
}

Digest box_commitment(std::string_view name, const Key& secret, const Id& object) {
    Digest commitment{};
    hkdf_sha256(secret.view(), object, std::string(name) + "/commit", commitment);
    return commitment;
}

Bytes associated_data(std::string_view name, const Id& object) {
    Bytes data;
    append(data, as_bytes(name));
    data.push_back(0);
    append(data, object);
    return data;
}

}  // namespace

Bytes seal_box(std::string_view name, const Key& secret, const Id& object, std::string_view text) {
    SecretBytes padded((text.size() + padding_step - 1) / padding_step * padding_step, ' ');
    std::ranges::copy(text, padded.begin());
    const Digest commitment = box_commitment(name, secret, object);
    Bytes box(commitment.begin(), commitment.end());
    append(box, seal_random(box_key(name, secret, object).view(), associated_data(name, object), padded));
    return box;
}

std::optional<SecretBytes> open_box(std::string_view name, const Key& secret, const Id& object, ByteView box) {
    const Digest commitment = box_commitment(name, secret, object);
    if (box.size() < commitment.size() || !constant_time_equal(box.first(commitment.size()), commitment)) {
        return std::nullopt;
    }
    return open_random(box_key(name, secret, object).view(), associated_data(name, object),
                       box.subspan(commitment.size()));
}

}  // namespace msh::crypto
