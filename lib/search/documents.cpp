#include "search/documents.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "custodian/opening.hpp"

namespace msh::search {
namespace {

constexpr std::size_t head_size = 4 + 32;

Bytes head_of(const Normaliser& normaliser) {
    std::array<std::uint8_t, 4> version{};
    store_big_endian(normaliser.version, version);
    Bytes head;
    append(head, version);
    append(head, configuration_of(normaliser));
    return head;
}

void put_text(Bytes& out, std::string_view text) {
    std::array<std::uint8_t, 4> size{};
    store_big_endian(static_cast<std::uint32_t>(text.size()), size);
    append(out, size);
    append(out, as_bytes(text));
}

std::string take_text(ByteView& packed) {
    if (packed.size() < 4) throw Error(ErrorKind::failed, "the keystore is damaged");
    const auto size = load_big_endian<std::uint32_t>(packed.first(4));
    if (packed.size() - 4 < size) throw Error(ErrorKind::failed, "the keystore is damaged");
    std::string text(as_text(packed.subspan(4, size)));
    packed = packed.subspan(4 + size);
    return text;
}

}  // namespace

Digest configuration_of(const Normaliser& normaliser) {
    return crypto::sha256(as_bytes(normaliser.description));
}

std::vector<terms::Term> terms_of(const record::Sealed& sealed, const Normaliser& normaliser) {
    std::vector<terms::Term> terms;
    for (const auto* const attributes : {&sealed.attributes, &sealed.pseudonyms}) {
        for (const record::Attribute& attribute : *attributes) {
            if (!attribute.values) continue;
            for (const std::string& value : *attribute.values) {
                for (terms::Term& term : normaliser.terms(attribute.tag, value))
                    terms.push_back(std::move(term));
            }
        }
    }
    return terms;
}

Bytes pack_terms(std::span<const terms::Term> terms, const Normaliser& normaliser) {
    Bytes out = head_of(normaliser);
    for (const terms::Term& term : terms) {
        put_text(out, term.field);
        put_text(out, term.value);
    }
    return out;
}

std::vector<terms::Term> unpack_terms(ByteView packed) {
    std::vector<terms::Term> terms;
    packed = packed.subspan(std::min(packed.size(), head_size));
    while (!packed.empty()) {
        std::string field = take_text(packed);
        terms.push_back({std::move(field), take_text(packed)});
    }
    return terms;
}

bool is_current(ByteView packed, const Normaliser& normaliser) {
    const Bytes head = head_of(normaliser);
    return packed.size() >= head.size() && std::equal(head.begin(), head.end(), packed.begin());
}

Bytes pack_object(keystore::Keystore& keystore, const record::Object& object, const Normaliser& normaliser) {
    try {
        return pack_terms(terms_of(custodian::open_sealed(keystore, object), normaliser), normaliser);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        return {};
    }
}

}  // namespace msh::search
