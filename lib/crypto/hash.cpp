#include "crypto/hash.hpp"

#include "crypto/openssl.hpp"

namespace msh::crypto {
namespace {

void start(EVP_MD_CTX* context) {
    openssl::check(EVP_DigestInit_ex2(context, openssl::sha256_algorithm(), nullptr), "start SHA-256");
}

void add(EVP_MD_CTX* context, ByteView part) {
    openssl::check(EVP_DigestUpdate(context, part.data(), part.size()), "compute SHA-256");
}

Digest end(EVP_MD_CTX* context) {
    Digest digest{};
    openssl::check(EVP_DigestFinal_ex(context, digest.data(), nullptr), "compute SHA-256");
    return digest;
}

}  // namespace

struct Sha256::State {
    openssl::HashContext context = openssl::new_hash_context();
};

Digest sha256(ByteView bytes) {
    thread_local const openssl::HashContext context = openssl::new_hash_context();
    start(context.get());
    add(context.get(), bytes);
    return end(context.get());
}

Sha256::Sha256() : state_(std::make_unique<State>()) {
    reset();
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::reset() {
    start(state_->context.get());
}

Sha256& Sha256::update(ByteView part) {
    add(state_->context.get(), part);
    return *this;
}

Digest Sha256::finish() {
    return end(state_->context.get());
}

}  // namespace msh::crypto
