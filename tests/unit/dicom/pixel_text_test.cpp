#include "dicom/pixel_text.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <gtest/gtest.h>
#include <string>

#include "file_support.hpp"

namespace msh::test {
namespace {

const std::string storage = "1.2.840.10008.5.1.4.1.1.";

std::string found(DcmItem& data, const std::string& sop_class) {
    return dicom::find_pixel_text(data, sop_class).names();
}

// In a CT image with this element changed.
std::string found_with(std::uint32_t tag, DcmEVR vr, std::string_view value) {
    const auto head = ct_head();
    put(*head, tag, vr, value);
    return found(*head, std::string(ct_class));
}

TEST(PixelText, NothingInAPlainImage) {
    EXPECT_EQ(found(*ct_head(), std::string(ct_class)), "");
    for (const char* type : {"DERIVED\\SECONDARY\\MPR", "ORIGINAL\\SECONDARY\\AXIAL", "DERIVED\\PRIMARY"}) {
        EXPECT_EQ(found_with(0x00080008, EVR_CS, type), "") << type;
    }
    EXPECT_EQ(found_with(0x00280301, EVR_CS, "NO"), "");
}

TEST(PixelText, BySopClass) {
    const auto of = [](const std::string& branch) {
        const auto head = ct_head();
        put(*head, 0x00080060, EVR_CS, "OT");
        return found(*head, storage + branch);
    };
    for (const char* branch : {"7", "7.1", "7.4"})
        EXPECT_EQ(of(branch), "secondary-capture") << branch;
    for (const char* branch : {"6", "6.1", "6.2", "3", "3.1"})
        EXPECT_EQ(of(branch), "ultrasound") << branch;
    for (const char* branch : {"77.1.2", "77.1.4.1", "77.1.5.4", "77.1.6", "77.2"}) {
        EXPECT_EQ(of(branch), "visible-light") << branch;
    }
    for (const char* branch : {"77.1.1", "77.1.1.1"})
        EXPECT_EQ(of(branch), "endoscopy") << branch;
    for (const char* branch : {"2", "4", "30", "66.4", "128", "481.2", "1.3", "12.1", "20", "77777", "70"}) {
        EXPECT_EQ(of(branch), "") << branch;
    }
}

TEST(PixelText, ByModality) {
    const auto of = [](std::string_view modality) {
        const auto head = ct_head();
        put(*head, 0x00080060, EVR_CS, modality);
        return found(*head, storage + "1");
    };
    EXPECT_EQ(of("US"), "ultrasound");
    EXPECT_EQ(of("IVUS"), "ultrasound");
    EXPECT_EQ(of("ES"), "endoscopy");
    EXPECT_EQ(of("XC"), "visible-light");
    EXPECT_EQ(of("CR"), "");
}

TEST(PixelText, ByElements) {
    EXPECT_EQ(found_with(0x00280301, EVR_CS, "YES"), "burned-in");
    EXPECT_EQ(found_with(0x00080064, EVR_CS, "DF"), "digitised-film");
    EXPECT_EQ(found_with(0x00080064, EVR_CS, "WSD"), "secondary-capture");
    EXPECT_EQ(found_with(0x00280004, EVR_CS, "RGB"), "rgb");
    EXPECT_EQ(found_with(0x00280004, EVR_CS, "YBR_FULL_422"), "rgb");
    EXPECT_EQ(found_with(0x00280002, EVR_US, std::string_view("\3\0", 2)), "rgb");
    const auto head = ct_head();
    put(*head, 0x00080060, EVR_CS, "NM");
    put(*head, 0x00280004, EVR_CS, "RGB");
    EXPECT_EQ(found(*head, storage + "20"), "");
}

TEST(PixelText, HoweverItIsWritten) {
    for (const char* value : {"Yes", "YES\\YES", "YES\n", "NO\\YES", "UNKNOWN", "?", " \\yes"}) {
        EXPECT_EQ(found_with(0x00280301, EVR_CS, value), "burned-in") << value;
    }
    for (const char* value : {"No", "NO\\no", "", " ", "NO\n", "\\"})
        EXPECT_EQ(found_with(0x00280301, EVR_CS, value), "") << value;
    EXPECT_EQ(found_with(0x00080060, EVR_CS, "us"), "ultrasound");
    EXPECT_EQ(found_with(0x00080060, EVR_CS, "CT\\US"), "ultrasound");
    EXPECT_EQ(found_with(0x00080064, EVR_CS, "df"), "digitised-film");
    EXPECT_EQ(found_with(0x00280004, EVR_CS, "rgb"), "rgb");
    EXPECT_EQ(found_with(0x00280004, EVR_CS, "Ybr_Full"), "rgb");
}

TEST(PixelText, WhatIsTooLongToLookAt) {
    const std::string filler(5000, ' ');
    EXPECT_EQ(found_with(0x00080008, EVR_CS, "DERIVED\\SECONDARY" + filler + "\\SCREEN SAVE"), "screen");
    EXPECT_EQ(found_with(0x00280301, EVR_CS, "NO" + filler + "\\YES"), "screen");
}

TEST(PixelText, HardcopyImages) {
    for (const char* last : {"29", "30"}) {
        EXPECT_EQ(found(*ct_head(), std::string("1.2.840.10008.5.1.1.") + last), "secondary-capture") << last;
    }
}

TEST(PixelText, ScreensByImageType) {
    for (const char* type :
         {"DERIVED\\SECONDARY\\SCREEN SAVE", "DERIVED\\SECONDARY\\SCREENSAVE", "ORIGINAL\\PRIMARY\\Screen_Save",
          "DERIVED\\SECONDARY\\DOSE_INFO", "DERIVED\\SECONDARY\\DOSE REPORT", "DERIVED\\SECONDARY\\PROTOCOL",
          "DERIVED\\SECONDARY\\OTHER\\PATIENT PROTOCOL", "DERIVED\\SECONDARY\\SCREEN CAPTURE"}) {
        EXPECT_EQ(found_with(0x00080008, EVR_CS, type), "screen") << type;
    }
    const auto dose = ct_head();
    put(*dose, 0x00080060, EVR_CS, "RTDOSE");
    put(*dose, 0x00080008, EVR_CS, "DERIVED\\SECONDARY\\DOSE");
    EXPECT_EQ(found(*dose, storage + "481.2"), "");
}

TEST(PixelText, OverlaysInsidePixelData) {
    const std::string_view zero("\0\0", 2), one("\1\0", 2), twelve("\14\0", 2), sixteen("\20\0", 2);
    EXPECT_EQ(found_with(0x60000100, EVR_US, one), "");
    EXPECT_EQ(found_with(0x60000102, EVR_US, zero), "");
    EXPECT_EQ(found_with(0x60000100, EVR_US, sixteen), "overlay");
    EXPECT_EQ(found_with(0x601E0102, EVR_US, twelve), "overlay");
    EXPECT_EQ(found_with(0x60FE0102, EVR_UN, twelve), "overlay");  // whatever it is written under
    EXPECT_EQ(found_with(0x60000100, EVR_OB, one), "");
    EXPECT_EQ(found_with(0x60000100, EVR_CS, "X"), "overlay");
}

TEST(PixelText, SeveralAtOnce) {
    const auto head = ct_head();
    put(*head, 0x00280301, EVR_CS, "YES");
    put(*head, 0x00080064, EVR_CS, "DF");
    EXPECT_EQ(found(*head, storage + "7"), "burned-in,secondary-capture,digitised-film");
}

TEST(PixelText, WordsOfTheCommandLine) {
    using dicom::parse_pixel_text;
    EXPECT_EQ(parse_pixel_text(""), dicom::PixelTextSet::all());
    EXPECT_EQ(parse_pixel_text("screen,burned-in,screen").names(), "burned-in,screen");
    EXPECT_EQ(parse_pixel_text(dicom::PixelTextSet::all().names()), dicom::PixelTextSet::all());
    for (const char* wrong : {"Screen", "screen,", ",", "screens", "screen ultrasound"}) {
        try {
            (void)parse_pixel_text(wrong);
            FAIL() << wrong;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
            EXPECT_NE(error.hint().find("digitised-film"), std::string::npos);
        }
    }
    for (const dicom::PixelTextClass& one : dicom::pixel_text_classes()) {
        EXPECT_TRUE(parse_pixel_text(one.name).contains(one.value));
        EXPECT_FALSE(one.description.empty());
    }
}

}  // namespace
}  // namespace msh::test
