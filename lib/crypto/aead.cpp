#include "crypto/aead.hpp"

#include <algorithm>
#include <cstdint>

#include "base/error.hpp"
#include "crypto/openssl.hpp"
#include "crypto/random.hpp"

namespace msh::crypto {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t max_at_once = std::size_t{1} << 30;  // OpenSSL counts in int

// Without `out` the bytes are associated data.
void process(EVP_CIPHER_CTX* cipher, ByteView in, std::uint8_t* out) {
    while (!in.empty()) {
        const std::size_t size = std::min(in.size(), max_at_once);
        int written = 0;
        openssl::check(EVP_CipherUpdate(cipher, out, &written, in.data(), static_cast<int>(size)),
                       "run ChaCha20-Poly1305");
        in = in.subspan(size);
        if (out != nullptr) out += size;
    }
}

void require(bool sizes_fit) {
    if (!sizes_fit) throw Error(ErrorKind::failed, "wrong buffer size for ChaCha20-Poly1305");
}

}  // namespace

struct Aead::State {
    openssl::CipherContext cipher{EVP_CIPHER_CTX_new()};
};

Aead::Aead(ByteView key) : state_(std::make_unique<State>()) {
    require(key.size() == key_size);
    if (!state_->cipher) openssl::fail("allocate a cipher");
    openssl::check(EVP_CipherInit_ex2(state_->cipher.get(), openssl::chacha20_poly1305_algorithm(), key.data(), nullptr,
                                      1, nullptr),
                   "start ChaCha20-Poly1305");
}
Aead::Aead(Aead&&) noexcept = default;
Aead& Aead::operator=(Aead&&) noexcept = default;
Aead::~Aead() = default;

void Aead::seal(const Nonce& nonce, ByteView associated, ByteView plain, MutableBytes out) {
    require(out.size() == plain.size() + tag_size);
    EVP_CIPHER_CTX* const cipher = state_->cipher.get();
    openssl::check(EVP_CipherInit_ex2(cipher, nullptr, nullptr, nonce.data(), 1, nullptr), "start ChaCha20-Poly1305");
    process(cipher, associated, nullptr);
    process(cipher, plain, out.data());
    int written = 0;
    std::uint8_t* const tag = out.data() + plain.size();
    openssl::check(EVP_CipherFinal_ex(cipher, tag, &written), "run ChaCha20-Poly1305");
    openssl::check(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size), tag),
                   "run ChaCha20-Poly1305");
}

bool Aead::open(const Nonce& nonce, ByteView associated, ByteView sealed, MutableBytes out) {
    if (sealed.size() < tag_size) return false;
    require(out.size() == sealed.size() - tag_size);
    EVP_CIPHER_CTX* const cipher = state_->cipher.get();
    std::array<std::uint8_t, tag_size> tag{};
    std::ranges::copy(sealed.last(tag_size), tag.begin());
    openssl::check(EVP_CipherInit_ex2(cipher, nullptr, nullptr, nonce.data(), 0, nullptr), "start ChaCha20-Poly1305");
    openssl::check(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), tag.data()),
                   "run ChaCha20-Poly1305");
    process(cipher, associated, nullptr);
    process(cipher, sealed.first(out.size()), out.data());
    int written = 0;
    std::array<std::uint8_t, tag_size> nothing{};
    if (EVP_CipherFinal_ex(cipher, nothing.data(), &written) == 1) return true;
    if (!out.empty()) wipe(out.data(), out.size());
    return false;
}

Bytes seal_random(ByteView key, ByteView associated, ByteView plain) {
    Nonce nonce{};
    fill_random(nonce);
    Bytes sealed(nonce.size() + plain.size() + tag_size);
    std::ranges::copy(nonce, sealed.begin());
    Aead(key).seal(nonce, associated, plain, MutableBytes(sealed).subspan(nonce.size()));
    return sealed;
}

std::optional<SecretBytes> open_random(ByteView key, ByteView associated, ByteView sealed) {
    Nonce nonce{};
    if (sealed.size() < nonce.size() + tag_size) return std::nullopt;
    std::ranges::copy(sealed.first(nonce.size()), nonce.begin());
    SecretBytes plain(sealed.size() - nonce.size() - tag_size);
    if (!Aead(key).open(nonce, associated, sealed.subspan(nonce.size()), plain)) return std::nullopt;
    return plain;
}

}  // namespace msh::crypto
