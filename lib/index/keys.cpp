#include "index/keys.hpp"

#include <algorithm>

#include "crypto/mac.hpp"

namespace msh::index {
namespace {

constexpr std::string_view k1_label = "msh/v1/index/k1";
constexpr std::string_view k2_label = "msh/v1/index/k2";
constexpr std::string_view pages_label = "msh/v1/index/pages";
constexpr std::string_view locate_label = "msh/v1/index/locate";
constexpr std::string_view documents_label{"msh/v1/index/documents\0", 23};

}  // namespace

Key field_secret(const Key& epoch, std::string_view field) {
    return crypto::hmac_key(epoch.view(), {as_bytes(field)});
}

Key field_key(const Key& field_secret, const SegmentId& segment) {
    return crypto::hmac_key(field_secret.view(), {segment});
}

Key keyword_trapdoor(const Key& field_key, std::string_view value) {
    const Key keyword = crypto::hmac_key(field_key.view(), {as_bytes(value)});
    return crypto::hmac_key(keyword.view(), {as_bytes(k1_label)});
}

Token keyword_token(const Key& field_key, std::string_view value) {
    const Key keyword = crypto::hmac_key(field_key.view(), {as_bytes(value)});
    return {crypto::hmac_key(keyword.view(), {as_bytes(k1_label)}),
            crypto::hmac_key(keyword.view(), {as_bytes(k2_label)})};
}

Key pages_key(const Key& k1) {
    return crypto::hmac_key(k1.view(), {as_bytes(pages_label)});
}

Key table_key(const Key& documents, const SegmentId& segment) {
    return crypto::hmac_key(documents.view(), {as_bytes(documents_label), segment});
}

Locator locate(const Key& k1, std::uint32_t buckets) {
    const Digest bytes = crypto::hmac_sha256(k1.view(), {as_bytes(locate_label)});
    const ByteView view(bytes);
    Locator out;
    std::copy_n(view.begin(), label_size, out.label.begin());
    const auto a = load_big_endian<std::uint64_t>(view.subspan(16, 6));
    const auto b = load_big_endian<std::uint64_t>(view.subspan(22, 6));
    out.first = static_cast<std::uint32_t>(a % buckets);
    out.second = static_cast<std::uint32_t>(b % (buckets - 1));
    if (out.second >= out.first) ++out.second;
    std::copy_n(view.begin() + 28, head_size, out.mask.begin());
    return out;
}

crypto::Nonce nonce_of(std::uint32_t page, std::uint32_t slot) {
    crypto::Nonce nonce{};
    store_big_endian(page, MutableBytes(nonce).first(4));
    store_big_endian(slot, MutableBytes(nonce).subspan(4, 4));
    return nonce;
}

}  // namespace msh::index
