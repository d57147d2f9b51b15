#include "dicom/refusals.hpp"

#include <gtest/gtest.h>
#include <string>

#include "file_support.hpp"

namespace msh::test {
namespace {

const std::string storage = "1.2.840.10008.5.1.4.1.1.";

std::string refusal(DcmItem& data, const std::string& sop_class) {
    try {
        dicom::refuse_by_kind(data, sop_class);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::refused);
        return error.what();
    }
    return "";
}

TEST(Refusals, BySopClass) {
    const auto head = ct_head();
    const auto of = [&](const std::string& branch) { return refusal(*head, storage + branch); };
    EXPECT_EQ(of("88.11"), "a structured report");
    EXPECT_EQ(of("88.67"), "a structured report");
    EXPECT_EQ(of("88.59"), "a key object selection");
    EXPECT_EQ(of("11.1"), "a presentation state");
    EXPECT_EQ(of("11.12"), "a presentation state");
    EXPECT_EQ(of("104.1"), "an encapsulated document");
    EXPECT_EQ(of("66"), "raw data");
    EXPECT_EQ(of("131"), "a structured display");
    EXPECT_EQ(of("9.4.1"), "an audio recording");
    EXPECT_EQ(of("9.100.1"), "a presentation state");
    EXPECT_EQ(refusal(*head, "1.2.840.10008.5.1.1.27"), "a stored print");
    EXPECT_EQ(refusal(*head, "1.2.840.10008.5.1.1.29"), "");  // a hardcopy image: by its pixels
    EXPECT_EQ(refusal(*head, "1.2.826.0.1.3680043.1"), "a private SOP class");
    EXPECT_EQ(refusal(*head, "1.2.840.100080.1"), "a private SOP class");
    EXPECT_EQ(refusal(*head, "1.3.12.2.1107.5.9.1"), "a private SOP class");
    for (const char* branch : {"2", "4.1", "66.4", "66.7", "128", "481.2", "481.3", "481.5", "9.1.1", "1.1"}) {
        EXPECT_EQ(of(branch), "") << branch;
    }
}

TEST(Refusals, SopClassesThatAreNotRegistered) {
    const auto head = ct_head();
    const std::string reason = "a SOP class that is not registered";
    for (const char* branch : {"2.19530412.4711", "2.2.4711", "104", "104.9", "4711", "2."}) {
        const std::string refused = refusal(*head, storage + branch);
        EXPECT_TRUE(refused == reason || refused == "an encapsulated document") << branch << ": " << refused;
    }
    EXPECT_EQ(refusal(*head, storage + "2.19530412.4711"), reason);
    EXPECT_EQ(refusal(*head, "1.2.840.10008.1.2.1"), reason);  // a transfer syntax
    // The same of a whole file; the file meta information has no say in it.
    auto planted = ct_head();
    put(*planted, 0x00080016, EVR_UI, storage + "2.19530412.4711");
    EXPECT_EQ(failure(file_of(*planted, ""), {}, ErrorKind::refused), reason);
    const Bytes out = basic(file_of(serialise(*ct_head()), explicit_little, storage + "2.19530412.4711"));
    EXPECT_EQ(as_text(out).find("19530412"), std::string_view::npos);
    EXPECT_NE(as_text(out).find(ct_class), std::string_view::npos);
}

TEST(Refusals, ByElement) {
    const auto check = [](std::uint32_t tag, const std::string& reason) {
        const auto head = ct_head();
        put(add_item(*head, tag), 0x0008103E, EVR_LO, "x");
        EXPECT_EQ(refusal(*head, std::string(ct_class)), reason);
    };
    check(0x0040A730, "a structured report");
    check(0x00700001, "a presentation state");
    const auto head = ct_head();
    put(*head, 0x00420011, EVR_OB, "%PDF");
    EXPECT_EQ(refusal(*head, std::string(ct_class)), "an encapsulated document");
}

TEST(Refusals, WaveformsOnlyWithWords) {
    const auto head = ct_head();
    put(add_item(*head, 0x0040B020), 0x0040A0B0, EVR_US, std::string_view("\1\0", 2));
    DcmItem& second = add_item(*head, 0x0040B020);
    EXPECT_EQ(refusal(*head, storage + "9.1.1"), "");
    put(second, 0x00700006, EVR_ST, "Doe, John");
    EXPECT_EQ(refusal(*head, storage + "9.1.1"), "a waveform with textual annotations");
}

TEST(Refusals, HintNamesTheOption) {
    dicom::PixelTextSet found;
    found.insert(dicom::PixelText::screen);
    found.insert(dicom::PixelText::ultrasound);
    dicom::PixelTextSet allowed;
    allowed.insert(dicom::PixelText::screen);
    try {
        dicom::refuse_pixel_text(found, allowed);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::refused);
        EXPECT_STREQ(error.what(), "pixels that may show names (ultrasound)");
        EXPECT_NE(error.hint().find("--allow-pixel-text=ultrasound"), std::string::npos);
    }
    allowed.insert(dicom::PixelText::ultrasound);
    dicom::refuse_pixel_text(found, allowed);
}

}  // namespace
}  // namespace msh::test
