#include <algorithm>
#include <array>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "dicom/file_meta.hpp"
#include "dicom/instance.hpp"
#include "dicom/padding.hpp"
#include "file_support.hpp"

namespace msh::test {
namespace {

const std::string four_pixels("\x01\x02\x03\x04\x05\x06\x07\x08", 8);
const std::string native_pixels = long_element(0x7FE00010, "OW", four_pixels);

bool contains(const Bytes& bytes, std::string_view text) {
    return as_text(bytes).find(text) != std::string_view::npos;
}

TEST(FileLayout, FileMetaInformationIsNew) {
    std::string meta = "DICM";
    meta += short_element(0x00020000, "UL", std::string("\0\0\0\0", 4));  // a length that is wrong
    meta += short_element(0x00020010, "UI", std::string("1.2.840.10008.1.2.1\0", 20));
    meta += short_element(0x00020013, "SH", "PACSOFDOE ");
    meta += short_element(0x00020016, "AE", "DOECLINIC ");
    meta += long_element(0x00020102, "OB", "private information of Doe");
    Bytes file(128);
    append(file, as_bytes(meta + serialise(*ct_head()) + native_pixels));
    const Bytes out = basic(file);
    EXPECT_FALSE(contains(out, "DOE"));
    EXPECT_FALSE(contains(out, "Doe"));
    const Bytes expected = dicom::file_head(ct_class, mapped("1.2.3.4"), explicit_little);
    ASSERT_GT(out.size(), expected.size());
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), out.begin()));
    EXPECT_LE(std::string_view("MSH_" MSH_VERSION).size(), 16U);
    EXPECT_LE(dicom::implementation_class_uid.size(), 64U);
}

TEST(FileLayout, EveryTransferSyntaxKeepsItsPixels) {
    const std::string jpeg = fragments({"\xFF\xD8 compressed" + sequence_end + "!!", std::string(70001, 'j')});
    for (const auto syntax : {jpeg_baseline, htj2k, std::string_view("1.2.840.10008.1.2.5")}) {
        const Bytes file = file_of(*ct_head(), jpeg, syntax);
        const Bytes out = basic(file);
        EXPECT_EQ(pixel_bytes(out), pixel_bytes(file));
        EXPECT_EQ(pixel_bytes(out), jpeg.substr(12));
        EXPECT_TRUE(contains(out, syntax));
    }
    for (const auto syntax : {explicit_little, deflated}) {
        const Bytes out = basic(file_of(*ct_head(), native_pixels, syntax));
        EXPECT_EQ(pixel_bytes(out), four_pixels);
        EXPECT_TRUE(contains(out, syntax));
        EXPECT_EQ(text(*read_back(out), 0x00100010), pseudonym);
    }
    const std::string implicit_pixels = std::string("\xE0\x7F\x10\x00\x08\0\0\0", 8) + four_pixels;
    const Bytes implicit = basic(file_of(*ct_head(), implicit_pixels, implicit_little));
    EXPECT_EQ(pixel_bytes(implicit), four_pixels);
    const std::string big_pixels = std::string("\x7F\xE0\x00\x10OW\0\0\0\0\0\x08", 12) + four_pixels;
    const Bytes big = basic(file_of(*ct_head(), big_pixels, explicit_big));
    EXPECT_EQ(pixel_bytes(big), four_pixels);
    Uint16 rows = 0;
    EXPECT_TRUE(read_back(big)->findAndGetUint16(DCM_Rows, rows).good());
    EXPECT_EQ(rows, 2);
}

TEST(FileLayout, FloatPixels) {
    const Bytes file = file_of(*ct_head(), long_element(0x7FE00008, "OF", std::string(16, 'f')) +
                                               long_element(0x7FE00009, "OD", std::string(32, 'd')));
    EXPECT_EQ(pixel_bytes(basic(file)), std::string(16, 'f') + std::string(32, 'd'));
}

TEST(FileLayout, ElementsAfterThePixels) {
    const std::string tail = short_element(0x00100010, "PN", "Doe^Jane") + short_element(0x00100030, "DA", "19700101") +
                             long_element(0xFFFAFFFA, "SQ", "") + long_element(0xFFFCFFFC, "OB", "Doe in here ");
    auto head = ct_head();
    delete head->remove(DCM_PatientName);
    const Bytes out = basic(file_of(*head, native_pixels + tail));
    EXPECT_FALSE(contains(out, "Doe"));
    EXPECT_FALSE(contains(out, "19700101"));
    EXPECT_EQ(pixel_bytes(out), four_pixels);
    EXPECT_EQ(text(*read_back(out), 0x00100010), pseudonym);
    // They count for terms and refusals as if they stood where they belong.
    const Bytes late = file_of(*head, native_pixels + short_element(0x00280301, "CS", "YES "));
    EXPECT_EQ(failure(late, {}, ErrorKind::refused), "pixels that may show names (burned-in)");
    // Of two with one tag, the second is dropped.
    const Bytes twice = basic(file_of(*ct_head(), native_pixels + short_element(0x00280010, "US", "xx")));
    Uint16 rows = 0;
    EXPECT_TRUE(read_back(twice)->findAndGetUint16(DCM_Rows, rows).good());
    EXPECT_EQ(rows, 2);
}

TEST(FileLayout, WhatElseMayStandBeforeThePixels) {
    auto head = ct_head();
    put(*head, 0x7FE10010, EVR_LO, "DOE CORP");
    put(*head, 0x7FE11010, EVR_OB, "Doe's private pixels");
    const std::string early = long_element(0xFFFCFFFC, "OB", "Doe") + native_pixels;
    const Bytes out = basic(file_of(*head, early));
    EXPECT_FALSE(contains(out, "Doe"));
    EXPECT_FALSE(contains(out, "DOE"));
    EXPECT_EQ(pixel_bytes(out), four_pixels);
}

TEST(FileLayout, TrailingBytes) {
    const std::string trailing = "trailing bytes that are not an element";
    const auto with = [](const std::string& bytes) { return failure(file_of(*ct_head(), native_pixels + bytes)); };
    EXPECT_EQ(with("x"), trailing);
    EXPECT_EQ(with("Doe, J."), trailing);
    EXPECT_EQ(with("Doe, John and more text than a header has"), trailing);
    EXPECT_EQ(with(std::string(100, '\0') + "x"), trailing);
    EXPECT_EQ(with(std::string(4, '\0') + "Doe^John"), trailing);
    EXPECT_EQ(with(std::string(7, '\0')), "");
    EXPECT_EQ(with(std::string(100000, '\0')), "");
    EXPECT_EQ(with(std::string((1 << 20) + 100, '\0')), "more than 1 MiB of zeros after the last element");
    // Before the pixels, the file was cut off.
    EXPECT_EQ(failure(file_of(*ct_head(), "x")), "truncated");
    EXPECT_EQ(failure(file_of(*ct_head(), native_pixels.substr(0, 7))), "truncated");
    const Bytes padded = file_of(*ct_head(), native_pixels + std::string(1000, '\0'));
    const Bytes plain = file_of(*ct_head(), native_pixels);
    EXPECT_EQ(basic(padded), basic(plain));
}

TEST(FileLayout, PixelDataThatDoesNotFit) {
    const std::string unfit = "pixel data that does not match its transfer syntax";
    EXPECT_EQ(failure(file_of(*ct_head(), fragments({"ab"}))), unfit);
    EXPECT_EQ(failure(file_of(*ct_head(), native_pixels, jpeg_baseline)), unfit);
    EXPECT_EQ(failure(file_of(*ct_head(), header(0x7FE00008, "OF", 0xFFFFFFFF) + sequence_end, jpeg_baseline)), unfit);
    EXPECT_EQ(failure(file_of(*ct_head(), native_pixels + native_pixels)), "duplicate pixel data or functional groups");
    EXPECT_EQ(failure(file_of(*ct_head(), long_element(0x7FE00010, "UN", four_pixels)), {}, ErrorKind::refused),
              "pixel data of an unknown value representation (UN)");
    EXPECT_EQ(failure(file_of(*ct_head(), long_element(0x7FE00010, "OF", four_pixels))),
              "pixel data of a wrong value representation");
    EXPECT_EQ(failure(file_of(*ct_head(), header(0x7FE00010, "OW", 100) + four_pixels)), "truncated in its pixel data");
    EXPECT_EQ(failure(file_of(*ct_head(), header(0x7FE00010, "OW", 0xFFFFFFFE))), "truncated in its pixel data");
}

TEST(FileLayout, EmptyPixelDataStaysEmpty) {
    const std::string empty = long_element(0x7FE00010, "OB", "");
    for (const auto syntax : {explicit_little, jpeg_baseline, htj2k}) {
        const Bytes out = basic(file_of(*ct_head(), empty, syntax));
        EXPECT_TRUE(contains(out, empty)) << syntax;
        EXPECT_EQ(pixel_bytes(out), "") << syntax;
    }
}

TEST(FileLayout, AllButDeflatedFilesArePadded) {
    const Bytes native = file_of(*ct_head(), long_element(0x7FE00010, "OW", std::string(5002, 'p')));
    const Bytes jpeg = file_of(*ct_head(), fragments({std::string(5002, 'p')}), jpeg_baseline);
    const std::string implicit_pixels = std::string("\xE0\x7F\x10\x00\x08\0\0\0", 8) + four_pixels;
    for (const Bytes& file :
         {native, jpeg, file_of(*ct_head(), ""), file_of(*ct_head(), implicit_pixels, implicit_little),
          file_of(*ct_head(), long_element(0x7FE00008, "OF", std::string(16, 'f')))}) {
        const Bytes out = basic(file);
        EXPECT_TRUE(read_back(out)->tagExists(DCM_DataSetTrailingPadding));
        EXPECT_EQ(dicom::padme(out.size()), out.size());
        EXPECT_GE(out.size(), dicom::padding_block + pixel_bytes(out).size());
        EXPECT_EQ(pixel_bytes(out), pixel_bytes(file));
        // Written once more, a file keeps its size: its old padding goes.
        EXPECT_EQ(basic(out).size(), out.size());
    }
    const Bytes zip = basic(file_of(*ct_head(), native_pixels, deflated));
    EXPECT_FALSE(read_back(zip)->tagExists(DCM_DataSetTrailingPadding));
}

// A head whose kept texts and codes are long or short, by chance.
std::unique_ptr<DcmDataset> head_with_texts(std::mt19937& random) {
    auto head = ct_head();
    const auto some_text = [&](std::size_t most) {
        return std::string(random() % most, static_cast<char>('A' + random() % 26));
    };
    put(*head, 0x00080070, EVR_LO, some_text(65));
    put(*head, 0x00081090, EVR_LO, some_text(65));
    put(*head, 0x00180015, EVR_CS, some_text(17));
    put(*head, 0x00181210, EVR_SH, some_text(17));
    put(*head, 0x00280030, EVR_DS, random() % 2 == 0 ? "1\\1" : "0.683593750000001\\0.683593750000001");
    for (std::size_t codes = random() % 40; codes > 0; --codes)
        put(add_item(*head, 0x00082218), 0x00080104, EVR_LO, some_text(65));
    return head;
}

// The size shows the matrix and nothing else: a thousand heads, one size.
TEST(FileLayout, ImagesOfOneMatrixHaveOneSize) {
    constexpr std::size_t small = 64 * 64 * 2;
    const std::pair<std::string, std::string_view> kinds[] = {
        {long_element(0x7FE00010, "OW", std::string(small, 'p')), explicit_little},
        {long_element(0x7FE00010, "OW", std::string(256 * 256 * 2, 'p')), explicit_little},
        {fragments({std::string(small, 'j')}), jpeg_baseline},
        {"", explicit_little}};
    std::mt19937 random(11);
    for (const auto& [pixels, syntax] : kinds) {
        std::set<std::size_t> sizes;
        std::set<std::uint64_t> by_padme_alone;
        for (int i = 0; i < 1000; ++i) {
            const Bytes file = file_of(*head_with_texts(random), pixels, syntax);
            sizes.insert(basic(file).size());
            by_padme_alone.insert(dicom::padme(file.size()));
        }
        EXPECT_EQ(sizes.size(), 1U);
        EXPECT_GT(by_padme_alone.size(), pixels.size() > 100000 ? 0U : 4U);
    }
}

}  // namespace
}  // namespace msh::test
