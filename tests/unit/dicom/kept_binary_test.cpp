#include "dicom/kept_binary.hpp"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <set>

#include "dataset_support.hpp"
#include "dicom/dcmtk_vr.hpp"
#include "dicom/rules.hpp"

namespace msh::dicom {
namespace {

using namespace std::literals;
using namespace msh::test;

constexpr std::uint32_t b_value = 0x00189087;
constexpr std::uint32_t waveforms = 0x54000100;
constexpr std::uint32_t waveform_data = 0x54001010;

template <typename Number>
std::string bytes_of(std::initializer_list<Number> numbers) {
    std::string bytes;
    for (const Number number : numbers) {
        for (std::size_t i = 0; i < sizeof(Number); ++i)
            bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i)));
    }
    return bytes;
}

std::string bytes_of(std::initializer_list<double> numbers) {
    std::string bytes;
    for (const double number : numbers)
        bytes += bytes_of({std::bit_cast<std::uint64_t>(number)});
    return bytes;
}

std::string u16(std::initializer_list<std::uint16_t> numbers) {
    return bytes_of<std::uint16_t>(numbers);
}

std::string u32(std::initializer_list<std::uint32_t> numbers) {
    return bytes_of<std::uint32_t>(numbers);
}

// Whether an element that stands alone in its data set is kept, and then as it was.
bool stays(std::uint32_t tag, DcmEVR vr, std::string_view value) {
    DcmDataset dataset;
    put(dataset, tag, vr, value);
    const std::string before = serialise(dataset);
    const std::string after = serialise(*treated(dataset));
    EXPECT_TRUE(after.empty() || after == before) << std::hex << tag;
    return !after.empty();
}

// Lists of integers without an end, and bytes that nothing in the file says how many there have to be.
bool can_carry_text(std::uint32_t tag) {
    static const std::set<std::uint32_t> bytes = {
        0x00660023, 0x00660024, 0x00660025, 0x00660029, 0x00660040, 0x00660041, 0x00660042, 0x00660043, 0x00660103,
        0x00660125, 0x00660129, 0x006A0011, 0x00800010, 0x00800011, 0x300A0664, 0x300A0665, 0x300A066B};
    switch (standard_vr(tag)) {
        case Vr::SL:
        case Vr::SS:
        case Vr::UL:
        case Vr::US:
            return standard_vm(tag).most == 0 || standard_vm(tag).most > 10;
        default:
            return bytes.contains(tag);
    }
}

TEST(KeptBinary, TextStaysNowhereButInLists) {
    constexpr std::string_view secret = "Doe^John, born 12 April '53, MRN 19530412-471133";  // 48 bytes
    static_assert(secret.size() == 48);
    std::size_t tried = 0;
    std::size_t lists = 0;
    for (const std::uint32_t tag : dictionary_tags()) {
        const Vr vr = standard_vr(tag);
        if (unit_size(vr) == 0 || action_for(tag, vr) != Action::keep) continue;
        const std::string_view planted = secret.substr(0, 24 + tag % 2 * 24);  // whole values of 3-3n and 2-2n
        EXPECT_EQ(stays(tag, to_dcmtk(vr == Vr::ox ? Vr::OW : vr), planted), can_carry_text(tag)) << std::hex << tag;
        ++tried;
        lists += can_carry_text(tag) ? 1 : 0;
    }
    EXPECT_GT(tried, 800U);
    EXPECT_LT(lists, 85U);
}

TEST(KeptBinary, BytesThatNobodyNeedsGo) {
    for (const std::uint32_t tag :
         {0x00142210U, 0x00160062U, 0x00700256U, 0x0070150DU, 0x003A032EU, 0x00720067U, 0x00281211U}) {
        EXPECT_EQ(action_for(tag, standard_vr(tag)), Action::remove) << std::hex << tag;
        EXPECT_FALSE(may_hold_bytes(tag));
    }
    for (const std::uint32_t tag : {0x00720060U, 0x00720074U, 0x0072007AU, 0x00720083U})
        EXPECT_EQ(action_for(tag, standard_vr(tag)), Action::remove) << std::hex << tag;
}

TEST(KeptBinary, AsManyValuesAsTheDictionarySays) {
    EXPECT_TRUE(stays(0x00280010, EVR_US, u16({512})));
    EXPECT_TRUE(stays(0x00280010, EVR_US, ""));
    EXPECT_FALSE(stays(0x00280010, EVR_US, u16({512, 512})));
    EXPECT_TRUE(stays(0x00281101, EVR_US, u16({256, 0, 16})));
    EXPECT_FALSE(stays(0x00281101, EVR_US, u16({256, 0})));
    EXPECT_FALSE(stays(0x00281101, EVR_US, "Doe^John, born 12.04.1953 "));
    EXPECT_TRUE(stays(0x00189089, EVR_FD, bytes_of({0.0, 0.6, -0.8})));
    EXPECT_FALSE(stays(0x00189089, EVR_FD, bytes_of({0.0, 0.6})));
    EXPECT_TRUE(stays(0x00081162, EVR_UL, u32({1, 9, 2, 11, 19, 2})));  // 3-3n
    EXPECT_FALSE(stays(0x00081162, EVR_UL, u32({1, 9, 2, 11})));
    EXPECT_TRUE(allows({2, 0, 1}, 3));
    EXPECT_FALSE(allows({2, 0, 1}, 1));
    EXPECT_TRUE(allows({1, 99, 1}, 99));
    EXPECT_FALSE(allows({1, 99, 1}, 100));
    EXPECT_FALSE(fits_dictionary(0x00280010, Vr::US, 3));
    EXPECT_FALSE(fits_dictionary(0x00660125, Vr::OF, 6));
}

TEST(KeptBinary, NoWiderThanTheDictionarySays) {
    EXPECT_FALSE(stays(0x00280010, EVR_UV, "Doe^John"));
    EXPECT_FALSE(stays(0x00280010, EVR_FD, bytes_of({1.0})));
    EXPECT_FALSE(stays(0x00280010, EVR_UL, u32({512})));
    EXPECT_TRUE(stays(0x00280120, EVR_SS, u16({0xFFFF})));
    EXPECT_TRUE(stays(0x00186018, EVR_US, u16({10})));  // UL
}

TEST(KeptBinary, NumbersThatAreNone) {
    for (const std::string_view text :
         {"Doe^John"sv, "DOE^JOHN"sv, "19530412"sv, "Doe\0\0\0\0J"sv, "\0\0Doe\xF8\x7F\0"sv})
        EXPECT_FALSE(stays(b_value, EVR_FD, text)) << text;
    for (const double value :
         std::initializer_list<double>{0.0, -0.0, 1000.0, -1.5e-3, 0.1, 1e20, 1e-40, 3.7e-33, INFINITY, -INFINITY,
                                       std::nan(""), std::numeric_limits<double>::max()}) {
        EXPECT_TRUE(stays(b_value, EVR_FD, bytes_of({value}))) << value;
    }
    EXPECT_FALSE(stays(b_value, EVR_FD, bytes_of({1e69})));
    EXPECT_FALSE(stays(b_value, EVR_FD, bytes_of({-1e-69})));
    EXPECT_FALSE(stays(b_value, EVR_FD, bytes_of({std::numeric_limits<double>::signaling_NaN()})));
    const std::uint32_t scan_time = 0x00186060;  // R Wave Time Vector, FL 1-n
    EXPECT_TRUE(stays(scan_time, EVR_FL, u32({std::bit_cast<std::uint32_t>(0.5F), 0x7FC00000})));
    EXPECT_FALSE(stays(scan_time, EVR_FL, "Doe^John, born 12.04.1953 xx"));
    const std::uint32_t pointer = 0x00280009;
    EXPECT_TRUE(stays(pointer, EVR_AT, u16({0x0018, 0x1063})));
    EXPECT_TRUE(stays(pointer, EVR_AT, u16({0x0054, 0x0010, 0x0054, 0x0020})));
    EXPECT_FALSE(stays(pointer, EVR_AT, "Doe^John"));
    EXPECT_FALSE(stays(pointer, EVR_AT, u16({0x0018, 0x1063, 0x0009, 0x1001})));
    EXPECT_TRUE(stays(0x7FE00003, EVR_UV, u32({0x12345678, 0x9ABC})));
    EXPECT_FALSE(stays(0x7FE00003, EVR_UV, "Doe^John"));
}

TEST(KeptBinary, InEveryByteOrder) {
    DcmDataset dataset;
    put(dataset, 0x00189087, EVR_FD, "Doe^John");
    put(dataset, 0x00280009, EVR_AT, "Doe^John");
    put(add_item(dataset, 0x00189117), 0x00189087, EVR_FD, bytes_of({1000.0}));
    DcmDataset sound;
    ASSERT_TRUE(sound.putAndInsertFloat64(DcmTag(0x0018, 0x9087, EVR_FD), 1000.0).good());
    ASSERT_TRUE(sound.putAndInsertTagKey(DcmTag(0x0028, 0x0009, EVR_AT), DcmTagKey(0x0018, 0x1063)).good());
    for (const E_TransferSyntax syntax : {EXS_LittleEndianExplicit, EXS_LittleEndianImplicit, EXS_BigEndianExplicit}) {
        const auto out = treated(dataset, syntax);
        EXPECT_FALSE(has(*out, 0x00189087));
        EXPECT_FALSE(has(*out, 0x00280009));
        EXPECT_EQ(serialise(*treated(sound, syntax), syntax), serialise(sound, syntax));
    }
}

TEST(KeptBinary, PalettesAsLongAsTheirDescriptorSays) {
    const auto palette = [](std::uint32_t data, std::uint32_t descriptor, const std::string& numbers,
                            std::size_t length) {
        DcmDataset dataset;
        put(dataset, descriptor, EVR_US, numbers);
        put(dataset, data, EVR_OW, std::string(length, 'x'));
        return has(*treated(dataset), data);
    };
    for (const std::uint32_t channel : {1U, 2U, 3U, 4U}) {
        const std::uint32_t data = 0x00281200 + channel;
        EXPECT_TRUE(palette(data, 0x00281100 + channel, u16({256, 0, 16}), 512));
        EXPECT_TRUE(palette(data, 0x00281100 + channel, u16({256, 0, 8}), 256));
        EXPECT_TRUE(palette(data, 0x00281100 + channel, u16({0, 0, 16}), 131072));
        EXPECT_FALSE(palette(data, 0x00281100 + channel, u16({256, 0, 16}), 514));
        EXPECT_FALSE(palette(data, 0x00281100 + channel, u16({256, 0}), 512));
        EXPECT_FALSE(palette(data, 0x00281100, u16({256, 0, 16}), 512));
        EXPECT_FALSE(stays(data, EVR_OW, "xx"));
        EXPECT_TRUE(palette(data + 0x20, 0x00281100 + channel, u16({256, 0, 16}), 600));
        EXPECT_FALSE(palette(data + 0x20, 0x00281100 + channel, u16({256, 0, 16}), 1538));
    }
    for (const DcmEVR vr : {EVR_US, EVR_OW}) {
        DcmDataset dataset;
        DcmItem& item = add_item(dataset, 0x00283010);
        put(item, 0x00283002, EVR_US, u16({4, 0, 16}));
        put(item, 0x00283006, vr, u16({1, 2, 3, 4}));
        EXPECT_TRUE(has(first_item(*treated(dataset), 0x00283010), 0x00283006));
        put(item, 0x00283006, vr, u16({1, 2, 3, 4, 5}));
        EXPECT_FALSE(has(first_item(*treated(dataset), 0x00283010), 0x00283006));
    }
}

TEST(KeptBinary, WaveformsAsLongAsTheirSamples) {
    const auto waveform = [](std::size_t length) {
        DcmDataset dataset;
        DcmItem& item = add_item(dataset, waveforms);
        put(item, 0x003A0005, EVR_US, u16({3}));
        put(item, 0x003A0010, EVR_UL, u32({1001}));
        put(item, 0x54001004, EVR_US, u16({8}));
        put(item, 0x5400100A, EVR_OB, "\0\0"sv);
        put(item, waveform_data, EVR_OB, std::string(length, 'w'));
        return has(first_item(*treated(dataset), waveforms), waveform_data);
    };
    EXPECT_TRUE(waveform(3004));
    EXPECT_TRUE(waveform(2000));
    EXPECT_FALSE(waveform(3006));
    DcmDataset dataset;
    DcmItem& item = add_item(dataset, waveforms);
    put(item, waveform_data, EVR_OW, "Doe^John");  // no samples, no data
    put(item, 0x54001004, EVR_US, u16({16}));
    put(item, 0x5400100A, EVR_OW, "Doe^John");
    put(add_item(item, 0x003A0200), 0x54000110, EVR_OW, "Doe^John, Jane");
    const auto out = treated(dataset);
    EXPECT_EQ(serialise(*out).find("Doe"), std::string::npos);
    EXPECT_TRUE(has(first_item(*out, waveforms), 0x54001004));
}

TEST(KeptBinary, OffsetTablesHaveANumberForEachFrame) {
    const auto table = [](std::string_view frames, std::size_t numbers) {
        DcmDataset dataset;
        if (!frames.empty()) put(dataset, 0x00280008, EVR_IS, frames);
        put(dataset, 0x7FE00001, EVR_OV, std::string(8 * numbers, 'o'));
        return has(*treated(dataset), 0x7FE00001);
    };
    EXPECT_TRUE(table("3 ", 3));
    EXPECT_FALSE(table("3 ", 4));
    EXPECT_TRUE(table("", 1));
    EXPECT_FALSE(table("", 2));
    EXPECT_FALSE(table("Doe ", 2));
}

TEST(KeptBinary, OtherProducts) {
    DcmDataset dataset;
    put(dataset, 0x00640007, EVR_UL, u32({2, 3, 4}));
    put(dataset, 0x00640009, EVR_OF, std::string(2 * 3 * 4 * 12, 'g'));
    put(dataset, 0x0066001E, EVR_UL, u32({5}));
    put(dataset, 0x0066001F, EVR_US, u16({2}));
    put(dataset, 0x00660021, EVR_OF, std::string(44, 'v'));
    put(dataset, 0x00280010, EVR_US, u16({1}));
    put(dataset, 0x00280011, EVR_US, u16({2}));
    put(dataset, 0x00289001, EVR_UL, u32({1}));
    put(dataset, 0x00289002, EVR_UL, u32({16}));
    put(dataset, 0x56000020, EVR_OF, std::string(2 * 16 * 8, 's'));
    const auto out = treated(dataset);
    EXPECT_TRUE(has(*out, 0x00640009));
    EXPECT_FALSE(has(*out, 0x00660021));  // 40 bytes
    EXPECT_TRUE(has(*out, 0x56000020));
    // What the factors say does not overflow.
    put(dataset, 0x00640007, EVR_UL, u32({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}));
    put(dataset, 0x00640009, EVR_OF, std::string(400, 'g'));
    EXPECT_TRUE(has(*treated(dataset), 0x00640009));
}

TEST(KeptBinary, ColourProfilesAreOfTheirOwnLength) {
    std::string profile(200, '\0');
    profile[3] = static_cast<char>(200);
    profile.replace(36, 4, "acsp");
    EXPECT_TRUE(stays(0x00282000, EVR_OB, profile));
    EXPECT_FALSE(stays(0x00282000, EVR_OB, profile + "Doe^John"));
    EXPECT_FALSE(stays(0x00282000, EVR_OB, std::string(200, 'x')));
    EXPECT_FALSE(stays(0x00282000, EVR_OB, "Doe^John"));
    profile[3] = static_cast<char>(199);
    EXPECT_TRUE(stays(0x00282000, EVR_OB, profile));
}

// Numbers as devices write them are none the worse for it.
TEST(KeptBinary, RandomNumbersStay) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> exponent(-19, 19);
    for (int i = 0; i < 3000; ++i) {
        const double value = std::pow(10.0, exponent(random)) * (random() % 2 == 0 ? 1 : -1);
        ASSERT_TRUE(stays(b_value, EVR_FD, bytes_of({value}))) << value;
        ASSERT_TRUE(stays(0x00186060, EVR_FL, u32({std::bit_cast<std::uint32_t>(static_cast<float>(value))}))) << value;
        ASSERT_TRUE(stays(0x00280010, EVR_US, u16({static_cast<std::uint16_t>(random())})));
        ASSERT_TRUE(stays(0x00209157, EVR_UL, u32({static_cast<std::uint32_t>(random()), 1})));
    }
}

}  // namespace
}  // namespace msh::dicom
