#include "keystore/vault.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "crypto/random.hpp"

namespace msh::keystore {
namespace {

constexpr std::uint8_t layout_version = 1;
constexpr std::size_t generation_size = 8;
constexpr std::size_t nonce_size = std::tuple_size_v<crypto::Nonce>;

template <typename Integer>
void append_number(Bytes& to, Integer number) {
    std::array<std::uint8_t, sizeof(Integer)> bytes{};
    store_big_endian(number, bytes);
    append(to, bytes);
}

}  // namespace

Place::Place(std::string_view table, std::string_view column) {
    part(as_bytes(table)).part(as_bytes(column));
}

Place& Place::part(ByteView bytes) {
    append_number(encoded_, static_cast<std::uint32_t>(bytes.size()));
    append(encoded_, bytes);
    return *this;
}

Place& Place::part(std::uint64_t number) {
    std::array<std::uint8_t, sizeof number> bytes{};
    store_big_endian(number, bytes);
    return part(ByteView(bytes));
}

Vault::Vault(const Key& key, std::uint64_t generation) : aead_(key.view()), generation_(generation) {}

Bytes Vault::associated_data(const Place& place) const {
    using namespace std::string_view_literals;
    Bytes data;
    append(data, as_bytes("msh/v1/keystore\0"sv));
    data.push_back(layout_version);
    append_number(data, generation_);
    append(data, place.encoded());
    return data;
}

Bytes Vault::wrap(const Place& place, ByteView secret) {
    Bytes wrapped(generation_size + nonce_size + secret.size() + crypto::tag_size);
    const MutableBytes out(wrapped);
    store_big_endian(generation_, out.first(generation_size));
    crypto::Nonce nonce{};
    crypto::fill_random(nonce);
    std::copy(nonce.begin(), nonce.end(), out.begin() + generation_size);
    aead_.seal(nonce, associated_data(place), secret, out.subspan(generation_size + nonce_size));
    return wrapped;
}

std::optional<SecretBytes> Vault::unwrap(const Place& place, ByteView wrapped) {
    if (generation_of(wrapped) != generation_) return std::nullopt;
    crypto::Nonce nonce{};
    std::copy_n(wrapped.begin() + generation_size, nonce_size, nonce.begin());
    const ByteView sealed = wrapped.subspan(generation_size + nonce_size);
    SecretBytes secret(sealed.size() - crypto::tag_size);
    if (!aead_.open(nonce, associated_data(place), sealed, secret)) return std::nullopt;
    return secret;
}

std::optional<std::uint64_t> Vault::generation_of(ByteView wrapped) {
    if (wrapped.size() < generation_size + nonce_size + crypto::tag_size) return std::nullopt;
    return load_big_endian<std::uint64_t>(wrapped.first(generation_size));
}

}  // namespace msh::keystore
