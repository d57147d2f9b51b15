#include "dicom/uid.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/encoding.hpp"
#include "crypto/mac.hpp"
#include "terms/value_text.hpp"

namespace msh::dicom {
namespace {

// With the zero that ends a label.
constexpr std::string_view uid_label{"msh/v1/uid\0", 11};
constexpr std::string_view patient_label{"msh/v1/patient\0", 15};

constexpr std::string_view uuid_root = "2.25.";
constexpr std::size_t patient_digits = 24;

// A big-endian number of 128 bits, not zero, in decimal: long division by ten to the ninth, low digits first.
std::string to_decimal(ByteView bytes) {
    constexpr std::uint64_t billion = 1'000'000'000;
    std::array<std::uint32_t, 4> limbs{};
    for (std::size_t i = 0; i < limbs.size(); ++i)
        limbs[i] = load_big_endian<std::uint32_t>(bytes.subspan(4 * i, 4));
    std::string reversed;
    while (std::any_of(limbs.begin(), limbs.end(), [](std::uint32_t limb) { return limb != 0; })) {
        std::uint64_t rest = 0;
        for (std::uint32_t& limb : limbs) {
            const std::uint64_t value = rest << 32 | limb;
            limb = static_cast<std::uint32_t>(value / billion);
            rest = value % billion;
        }
        for (int digit = 0; digit < 9; ++digit, rest /= 10)
            reversed.push_back(static_cast<char>('0' + rest % 10));
    }
    reversed.erase(reversed.find_last_not_of('0') + 1);
    return {reversed.rbegin(), reversed.rend()};
}

}  // namespace

std::string new_uid(const Key& project_key, std::string_view uid) {
    Digest mac = crypto::hmac_sha256(project_key.view(), {as_bytes(uid_label), as_bytes(terms::trim_padding(uid))});
    mac[6] = static_cast<std::uint8_t>((mac[6] & 0x0F) | 0x80);  // version 8
    mac[8] = static_cast<std::uint8_t>((mac[8] & 0x3F) | 0x80);  // the variant of RFC 9562
    return std::string(uuid_root) + to_decimal(ByteView(mac).first(16));
}

std::string patient_pseudonym(const Key& project_key, PatientIdentity patient, std::string_view study_uid) {
    const std::string_view id = terms::trim_padding(patient.id);
    Digest mac;
    if (id.empty()) {
        mac = crypto::hmac_sha256(project_key.view(),
                                  {as_bytes(patient_label), as_bytes("S"), as_bytes(terms::trim_padding(study_uid))});
    } else {
        std::array<std::uint8_t, 4> length{};
        store_big_endian(static_cast<std::uint32_t>(id.size()), length);
        mac = crypto::hmac_sha256(project_key.view(), {as_bytes(patient_label), as_bytes("P"), length, as_bytes(id),
                                                       as_bytes(terms::trim_padding(patient.issuer))});
    }
    return terms::upper_ascii(to_hex(ByteView(mac).first(patient_digits / 2)));
}

}  // namespace msh::dicom
