#include "crypto/random.hpp"

#include <openssl/rand.h>

#include "crypto/openssl.hpp"

namespace msh::crypto {

void fill_random(MutableBytes out) {
    openssl::check(RAND_priv_bytes_ex(openssl::library(), out.data(), out.size(), 0), "draw random bytes");
}

Key random_key() {
    Key key;
    fill_random(key.writable());
    return key;
}

Id random_id() {
    Id id{};
    fill_random(id);
    return id;
}

}  // namespace msh::crypto
