#include "dicom/uid.hpp"

#include <array>
#include <gtest/gtest.h>
#include <set>

namespace msh::dicom {
namespace {

using namespace std::literals;

Key key_of(std::uint8_t byte) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(byte);
    return Key(bytes);
}

// From decimal to the 16 bytes it stands for, the other way round than the code under test.
std::array<std::uint8_t, 16> bytes_of(std::string_view decimal) {
    std::array<std::uint8_t, 16> bytes{};
    for (const char digit : decimal) {
        unsigned carry = static_cast<unsigned>(digit - '0');
        for (std::size_t i = bytes.size(); i-- > 0;) {
            carry += bytes[i] * 10U;
            bytes[i] = static_cast<std::uint8_t>(carry & 0xFF);
            carry >>= 8;
        }
        EXPECT_EQ(carry, 0U);
    }
    return bytes;
}

// Computed with Python's hmac and int from the definition in the header.
TEST(NewUid, IsTheDefinedNumber) {
    EXPECT_EQ(new_uid(key_of(0), "1.2.840.10008.1.2"), "2.25.294206901453161657657882985816656910954");
    EXPECT_EQ(new_uid(key_of(7), "1.2.3"), "2.25.197257657591885874980099081602090271175");
}

TEST(NewUid, IsAUuidBelowItsRoot) {
    std::set<std::string> seen;
    for (int i = 0; i < 2000; ++i) {
        const std::string uid = new_uid(key_of(1), "1.2.3." + std::to_string(i));
        ASSERT_TRUE(uid.starts_with("2.25."));
        ASSERT_LE(uid.size(), 44U);
        const std::string_view decimal = std::string_view(uid).substr(5);
        ASSERT_EQ(decimal.find_first_not_of("0123456789"), std::string_view::npos);
        ASSERT_NE(decimal.front(), '0');
        const auto bytes = bytes_of(decimal);
        EXPECT_EQ(bytes[6] >> 4, 8);
        EXPECT_EQ(bytes[8] >> 6, 2);
        seen.insert(uid);
    }
    EXPECT_EQ(seen.size(), 2000U);
}

TEST(NewUid, IgnoresPadding) {
    const std::string uid = new_uid(key_of(1), "1.2.3");
    EXPECT_EQ(new_uid(key_of(1), "1.2.3\0"sv), uid);
    EXPECT_EQ(new_uid(key_of(1), " 1.2.3 \0 "sv), uid);
    EXPECT_NE(new_uid(key_of(1), "1.2.30"), uid);
}

TEST(NewUid, CannotBeLinkedBetweenProjects) {
    EXPECT_NE(new_uid(key_of(1), "1.2.3"), new_uid(key_of(2), "1.2.3"));
}

TEST(PatientPseudonym, IsTheDefinedText) {
    EXPECT_EQ(patient_pseudonym(key_of(0), {"4711", "HOSPITAL"}, "1.2"), "0865D989CC0915E7E829FFC9");
    EXPECT_EQ(patient_pseudonym(key_of(0), {"", "HOSPITAL"}, "1.2"), "44B9D0A7F7DBF3AD2F7F5B9E");
}

TEST(PatientPseudonym, FollowsThePatientNotTheStudy) {
    const Key key = key_of(1);
    const std::string one = patient_pseudonym(key, {"4711", "A"}, "1.2");
    EXPECT_EQ(one.size(), 24U);
    EXPECT_EQ(one.find_first_not_of("0123456789ABCDEF"), std::string::npos);
    EXPECT_EQ(patient_pseudonym(key, {" 4711 ", "A"}, "1.3"), one);
    EXPECT_NE(patient_pseudonym(key, {"4711", "B"}, "1.2"), one);
    EXPECT_NE(patient_pseudonym(key, {"4711", ""}, "1.2"), one);
    EXPECT_NE(patient_pseudonym(key_of(2), {"4711", "A"}, "1.2"), one);
}

TEST(PatientPseudonym, KnowsWhereTheIdEndsAndTheIssuerBegins) {
    const Key key = key_of(1);
    EXPECT_NE(patient_pseudonym(key, {"47", "11"}, "1"), patient_pseudonym(key, {"4711", ""}, "1"));
    EXPECT_NE(patient_pseudonym(key, {"471", "1"}, "1"), patient_pseudonym(key, {"47", "11"}, "1"));
}

TEST(PatientPseudonym, WithoutAnIdIsTheStudys) {
    const Key key = key_of(1);
    const std::string one = patient_pseudonym(key, {}, "1.2.3");
    EXPECT_EQ(patient_pseudonym(key, {" \0"sv, "A"}, "1.2.3\0"sv), one);
    EXPECT_NE(patient_pseudonym(key, {}, "1.2.4"), one);
    EXPECT_NE(patient_pseudonym(key, {"1.2.3", ""}, "1.2.3"), one);
}

}  // namespace
}  // namespace msh::dicom
