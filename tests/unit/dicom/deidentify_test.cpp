#include "dicom/deidentify.hpp"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "dataset_support.hpp"
#include "dicom/rules.hpp"
#include "dicom/uid.hpp"

namespace msh::dicom {
namespace {

using namespace std::literals;
using namespace msh::test;

constexpr std::uint32_t referenced_images = 0x00081140;  // a sequence the profile keeps

TEST(Deidentify, ReplacesThePatient) {
    DcmDataset dataset;
    put(dataset, 0x00100010, EVR_PN, "DOE^JOHN");
    put(dataset, 0x00100020, EVR_LO, "4711");
    DcmItem& item = add_item(dataset, referenced_images);
    put(item, 0x00100010, EVR_PN, "DOE^JOHN");
    put(item, 0x00100020, EVR_LO, "");
    const auto out = treated(dataset);
    EXPECT_EQ(text(*out, 0x00100010), pseudonym);
    EXPECT_EQ(text(*out, 0x00100020), pseudonym);
    EXPECT_EQ(text(first_item(*out, referenced_images), 0x00100010), pseudonym);
    EXPECT_EQ(text(first_item(*out, referenced_images), 0x00100020), pseudonym);
}

TEST(Deidentify, AddsNothingThatWasNotThere) {
    DcmDataset dataset;
    put(dataset, 0x00080060, EVR_CS, "CT");
    const auto out = treated(dataset);
    EXPECT_EQ(out->card(), 1U);
    EXPECT_EQ(text(*out, 0x00080060), "CT");
}

TEST(Deidentify, RemovesEmptiesAndReplaces) {
    DcmDataset dataset;
    put(dataset, 0x00080020, EVR_DA, "20240131");        // Study Date, Z
    put(dataset, 0x00080012, EVR_DA, "20240131");        // Instance Creation Date, X/D
    put(dataset, 0x00080013, EVR_TM, "101112");          // Instance Creation Time, X/Z/D
    put(dataset, 0x0008002A, EVR_DT, "20240131101112");  // Acquisition DateTime, X/Z/D
    put(dataset, 0x00080050, EVR_SH, "A1");              // Accession Number, Z
    put(dataset, 0x00080080, EVR_LO, "St. Elsewhere");   // Institution Name, X/Z/D
    put(dataset, 0x00080081, EVR_ST, "Main Street");     // Institution Address, X
    put(dataset, 0x00081070, EVR_PN, "NURSE");           // Operators' Name, X/Z/D
    put(dataset, 0x00101010, EVR_AS, "043Y");            // Patient's Age, X
    put(dataset, 0x00280010, EVR_US, "\x10\x00"sv);
    put(dataset, 0x04000115, EVR_OB, "SIGNER");  // Certificate of Signer, D
    const auto out = treated(dataset);
    EXPECT_EQ(text(*out, 0x00080020), "");
    EXPECT_EQ(text(*out, 0x00080012), "19000101");
    EXPECT_EQ(text(*out, 0x00080013), "000000");
    EXPECT_EQ(text(*out, 0x0008002A), "19000101000000");
    EXPECT_EQ(text(*out, 0x00080050), "");
    EXPECT_EQ(text(*out, 0x00080080), "ANONYMOUS");
    EXPECT_FALSE(has(*out, 0x00080081));
    EXPECT_EQ(text(*out, 0x00081070), "ANONYMOUS");
    EXPECT_FALSE(has(*out, 0x00101010));
    EXPECT_EQ(text(*out, 0x00280010), "16");
    EXPECT_EQ(text(*out, 0x04000115), "00\\00");
}

TEST(Deidentify, NumbersRegionsOfInterestThroughoutAFile) {
    DcmDataset head;
    put(add_item(head, 0x30060020), 0x30060026, EVR_LO, "Liver of DOE");
    put(add_item(head, 0x30060020), 0x30060026, EVR_LO, "Heart");
    DcmDataset tail;
    put(add_item(tail, 0x30060020), 0x30060026, EVR_LO, "");
    const auto a = parse(serialise(head));
    const auto b = parse(serialise(tail));
    Deidentifier deidentifier = make_deidentifier();
    deidentifier.deidentify(*a);
    deidentifier.deidentify(*b);
    EXPECT_EQ(text(first_item(*a, 0x30060020), 0x30060026), "ROI-1");
    EXPECT_NE(serialise(*a).find("ROI-2"), std::string::npos);
    EXPECT_EQ(text(first_item(*b, 0x30060020), 0x30060026), "ROI-3");
}

TEST(Deidentify, MapsUidsInEveryReference) {
    DcmDataset dataset;
    put(dataset, 0x00080016, EVR_UI, "1.2.840.10008.5.1.4.1.1.2");
    put(dataset, 0x00080018, EVR_UI, "1.2.3");
    put(dataset, 0x0020000E, EVR_UI, "");
    put(dataset, 0x00200052, EVR_UI,
        "1.2.840.10008.1.4.1.1");  // a well-known frame of reference is mapped, too
    put(dataset, 0x00080058, EVR_UI, "1.2.3\\1.2.4\\\\1.2.3");
    DcmItem& item = add_item(dataset, referenced_images);
    put(item, 0x00081150, EVR_UI, "1.2.840.10008.5.1.4.1.1.4");
    put(item, 0x00081155, EVR_UI, "1.2.3");
    const auto out = treated(dataset);
    EXPECT_EQ(text(*out, 0x00080016), "1.2.840.10008.5.1.4.1.1.2");
    EXPECT_EQ(text(*out, 0x00080018), mapped("1.2.3"));
    EXPECT_EQ(text(*out, 0x0020000E), "");
    EXPECT_EQ(text(*out, 0x00200052), mapped("1.2.840.10008.1.4.1.1"));
    EXPECT_EQ(text(*out, 0x00080058), mapped("1.2.3") + "\\" + mapped("1.2.4") + "\\\\" + mapped("1.2.3"));
    EXPECT_EQ(text(first_item(*out, referenced_images), 0x00081150), "1.2.840.10008.5.1.4.1.1.4");
    EXPECT_EQ(text(first_item(*out, referenced_images), 0x00081155), mapped("1.2.3"));
}

TEST(Deidentify, MapsUidsUnderAnotherTextVr) {
    DcmDataset dataset;
    put(dataset, 0x0020000D, EVR_LO, "1.2.3");
    put(dataset, 0x0020000E, EVR_US, "\1\2"sv);  // no text: nothing to map
    const auto out = treated(dataset);
    EXPECT_EQ(text(*out, 0x0020000D), mapped("1.2.3"));
    EXPECT_FALSE(has(*out, 0x0020000E));
}

// What stands in each element that names a class after it held `uid`.
std::vector<std::string> in_class_elements(const std::string& uid) {
    DcmDataset dataset;
    std::vector<std::string> found;
    for (const std::uint32_t tag : dictionary_tags()) {
        if (uid_type_of(tag) != UidType::none) put(dataset, tag, EVR_UI, uid);
    }
    const auto out = treated(dataset);
    EXPECT_EQ(out->card(), dataset.card());
    for (unsigned long i = 0; i < out->card(); ++i) {
        const DcmTag& tag = out->getElement(i)->getTag();
        found.push_back(text(*out, std::uint32_t{tag.getGroup()} << 16 | tag.getElement()));
    }
    return found;
}

TEST(Deidentify, KeepsNoClassUidThatIsNotRegistered) {
    for (const char* uid : {"1.2.840.10008.5.1.4.1.1.2.19530412.4711", "1.2.840.10008.6.1.19530412", "DOE^JOHN",
                            "1.3.12.2.1107.5.9.1", "1.2.840.10008.1.2.4.4711", "2.16.840.1.113883.6.19530412"}) {
        const std::vector<std::string> found = in_class_elements(uid);
        EXPECT_EQ(found.size(), 16U);
        for (const std::string& value : found)
            EXPECT_EQ(value, mapped(uid));
    }
    DcmDataset dataset;
    put(dataset, 0x0008010D, EVR_UI, "1.2.840.10008.2.16.4");  // an organisation
    put(dataset, 0x00080062, EVR_UI, "1.2.840.10008.5.1.4.1.1.2\\1.2.3\\1.2.840.10008.1.2.1\\");
    put(dataset, 0x00081150, EVR_LO, "1.2.840.10008.5.1.4.1.1.2");
    const auto out = treated(dataset);
    EXPECT_EQ(text(*out, 0x0008010D), mapped("1.2.840.10008.2.16.4"));
    EXPECT_EQ(text(*out, 0x00080062),
              "1.2.840.10008.5.1.4.1.1.2\\" + mapped("1.2.3") + "\\" + mapped("1.2.840.10008.1.2.1") + "\\");
    EXPECT_FALSE(has(*out, 0x00081150));
}

TEST(Deidentify, KeepsRegisteredClassUidsAsTheyStand) {
    const std::pair<std::uint32_t, std::string> kept[] = {
        {0x00080016, "1.2.840.10008.5.1.4.1.1.2"},
        {0x0008010C, "1.2.840.10008.2.16.4"},
        {0x0008010C, "2.16.840.1.113883.6.96"},
        {0x00080117, "1.2.840.10008.6.1.1026"},
        {0x00080118, "1.2.840.10008.8.1.1"},
        {0x0008040E, "1.2.840.10008.1.2.4.203"},
        {0x00081150, "1.2.840.10008.3.1.2.3.3"},
        {0x04000010, "1.2.840.10008.1.2.2"},
        {0x00080062, "1.2.840.10008.5.1.4.1.1.2\\1.2.840.10008.5.1.4.1.1.66.7"}};
    for (const auto& [tag, uid] : kept) {
        DcmDataset dataset;
        put(dataset, tag, EVR_UI, uid);
        const std::string before = serialise(dataset);
        EXPECT_EQ(serialise(*treated(dataset)), before) << std::hex << tag;
    }
}

TEST(Deidentify, KeepsNoLettersInNumbers) {
    DcmDataset dataset;
    put(dataset, 0x00180050, EVR_DS, "LEAKDS");
    put(dataset, 0x00280030, EVR_DS, "1.5E-1\\DOE");
    put(dataset, 0x00200013, EVR_IS, "LEAKIS");
    put(dataset, 0x00201041, EVR_IS, "DOE");  // DS by the dictionary
    DcmItem& item = add_item(dataset, referenced_images);
    put(item, 0x00081160, EVR_IS, "DOE");
    for (const E_TransferSyntax syntax : {EXS_LittleEndianExplicit, EXS_LittleEndianImplicit}) {
        const auto out = treated(dataset, syntax);
        EXPECT_EQ(text(*out, 0x00180050), "");
        EXPECT_EQ(text(*out, 0x00280030), "1.5E-1\\");
        EXPECT_EQ(text(*out, 0x00200013), "");
        EXPECT_EQ(text(*out, 0x00201041), "");
        EXPECT_EQ(text(first_item(*out, referenced_images), 0x00081160), "");
        EXPECT_EQ(serialise(*out).find("DOE"), std::string::npos);
    }
}

TEST(Deidentify, KeepsNoFreeTextInCodes) {
    DcmDataset dataset;
    put(dataset, 0x00080005, EVR_CS, "LEAKCSET");
    put(dataset, 0x00080008, EVR_CS, "ORIGINAL\\Doe, John\\CT_SOM5 SPI");
    put(dataset, 0x00080060, EVR_SH, "DOE JOHN 1953");  // under another VR
    put(dataset, 0x00280004, EVR_CS, "Monochrome2");
    put(dataset, 0x00280301, EVR_CS, "No");
    const auto out = treated(dataset);
    EXPECT_EQ(text(*out, 0x00080005), "");
    EXPECT_EQ(text(*out, 0x00080008), "ORIGINAL\\\\CT_SOM5 SPI");
    EXPECT_EQ(text(*out, 0x00080060), "");
    EXPECT_EQ(text(*out, 0x00280004), "Monochrome2");
    EXPECT_EQ(text(*out, 0x00280301), "No");
}

TEST(Deidentify, KeepsNoOffsetTableThatIsNone) {
    DcmDataset dataset;
    put(dataset, 0x7FE00001, EVR_OV, "DOE, JOHN "sv);
    put(dataset, 0x7FE00002, EVR_OV, "\1\0\0\0\0\0\0\0"sv);
    const auto out = treated(dataset);
    EXPECT_FALSE(has(*out, 0x7FE00001));
    EXPECT_TRUE(has(*out, 0x7FE00002));
}

TEST(Deidentify, KeepsNoTextThatIsTooLong) {
    const std::string long_text((1 << 20) + 2, '1');
    DcmDataset dataset;
    put(dataset, 0x00620006, EVR_UT, long_text);  // Segment Description
    put(dataset, 0x00100010, EVR_UT, long_text);
    DcmElement* description = dataset.remove(0UL);  // the name goes, so its length does not matter
    ASSERT_NE(description, nullptr);
    DcmDataset name;
    ASSERT_TRUE(name.insert(description).good());
    make_deidentifier().deidentify(name);
    EXPECT_EQ(text(name, 0x00100010), pseudonym);
    EXPECT_THROW(make_deidentifier().deidentify(dataset), Error);
    for (const std::uint32_t tag : {0x0020000DU, 0x0008010CU}) {
        DcmDataset uids;
        put(uids, tag, EVR_UI, std::string(0x10000, '1'));
        EXPECT_THROW(make_deidentifier().deidentify(uids), Error);
    }
}

TEST(Deidentify, RejectsMoreUidsThanAnElementCanHold) {
    DcmDataset dataset;
    std::string many = "1";
    for (int i = 0; i < 20000; ++i)
        many += "\\1";
    put(dataset, 0x00080058, EVR_UI, many);
    EXPECT_THROW(treated(dataset), Error);
}

TEST(Deidentify, TreatsEveryLevel) {
    DcmDataset dataset;
    DcmItem* item = &dataset;
    for (int level = 0; level < 30; ++level) {
        item = &add_item(*item, referenced_images);
        put(*item, 0x00081155, EVR_UI, "1.2.3");
        put(*item, 0x00080081, EVR_ST, "SECRET");
        put(*item, 0x00091001, EVR_LO, "SECRET");
        put(*item, 0x60003000, EVR_OW, "SECRET");
        put(*item, 0x7FE00010, EVR_OW, "SECRET");
    }
    const auto out = treated(dataset);
    EXPECT_EQ(serialise(*out).find("SECRET"), std::string::npos);
    item = out.get();
    for (int level = 0; level < 30; ++level) {
        item = &first_item(*item, referenced_images);
        EXPECT_EQ(text(*item, 0x00081155), mapped("1.2.3"));
    }
}

TEST(Deidentify, RefusesToGoTooDeep) {
    DcmDataset dataset;
    DcmItem* item = &dataset;
    for (int level = 0; level < 65; ++level)
        item = &add_item(*item, referenced_images);
    try {
        treated(dataset);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
    }
}

TEST(Deidentify, LeavesNothingInASequenceOfDummies) {
    DcmDataset dataset;
    for (const std::uint32_t tag : {0x0040A730U, 0x0040A073U, 0x00401101U, 0x00700001U, 0x00340001U}) {
        put(add_item(dataset, tag), 0x00080104, EVR_LO, "SECRET");
        put(add_item(dataset, tag), 0x0040A160, EVR_UT, "SECRET");
    }
    put(add_item(dataset, 0x00081111), 0x00080104, EVR_LO, "SECRET");  // X/Z/D
    put(add_item(dataset, 0x00081072), 0x00080104, EVR_LO, "SECRET");  // X/D
    put(add_item(dataset, 0x00081110), 0x00080104, EVR_LO, "SECRET");  // X/Z
    const auto out = treated(dataset);
    EXPECT_EQ(serialise(*out).find("SECRET"), std::string::npos);
    EXPECT_EQ(first_item(*out, 0x0040A730).card(), 0U);
    EXPECT_EQ(first_item(*out, 0x00401101).card(), 0U);
    EXPECT_TRUE(has(*out, 0x00081111));
    EXPECT_TRUE(has(*out, 0x00081110));
    EXPECT_FALSE(has(*out, 0x00081072));
    EXPECT_NE(parse(serialise(*out)), nullptr);
}

TEST(Deidentify, FindsASequenceHiddenInUn) {
    DcmDataset hidden;
    DcmItem& item = add_item(hidden, referenced_images);
    put(item, 0x00081155, EVR_UI, "1.2.3");
    put(item, 0x00080081, EVR_ST, "SECRET");
    put(add_item(item, 0x00082112), 0x00100010, EVR_PN, "SECRET");
    constexpr std::size_t implicit_header = 8;
    DcmDataset dataset;
    put(dataset, referenced_images, EVR_UN, serialise(hidden, EXS_LittleEndianImplicit).substr(implicit_header));
    for (const E_TransferSyntax syntax : {EXS_LittleEndianExplicit, EXS_BigEndianExplicit}) {
        const auto out = treated(dataset, syntax);
        EXPECT_EQ(serialise(*out).find("SECRET"), std::string::npos);
        DcmItem& found = first_item(*out, referenced_images);
        EXPECT_EQ(text(found, 0x00081155), mapped("1.2.3"));
        EXPECT_EQ(text(first_item(found, 0x00082112), 0x00100010), pseudonym);
    }
}

TEST(Deidentify, FindsASequenceOfUndefinedLengthHiddenInUn) {
    DcmDataset hidden;
    put(add_item(hidden, referenced_images), 0x00080081, EVR_ST, "SECRET");
    DcmDataset empty;
    put(empty, referenced_images, EVR_UN);
    const std::string implicit = serialise(hidden, EXS_LittleEndianImplicit);
    std::string bytes = serialise(empty).substr(0, 8) + "\xFF\xFF\xFF\xFF" + implicit.substr(8);
    const auto dataset = parse(bytes);
    ASSERT_NE(dataset, nullptr);
    make_deidentifier().deidentify(*dataset);
    EXPECT_EQ(serialise(*dataset).find("SECRET"), std::string::npos);
    EXPECT_EQ(first_item(*dataset, referenced_images).card(), 0U);
}

TEST(Deidentify, KnowsLeavesInUn) {
    DcmDataset dataset;
    put(dataset, 0x00100010, EVR_UN, "DOE^JOHN");
    put(dataset, 0x00080081, EVR_UN, "SECRET");
    put(dataset, 0x00280010, EVR_UN, "\x10\x00"sv);
    put(dataset, 0x00084711, EVR_UN, "SECRET");
    put(dataset, 0x00091001, EVR_UN, "SECRET");
    const auto out = treated(dataset);
    EXPECT_EQ(text(*out, 0x00100010), pseudonym);
    EXPECT_EQ(text(*out, 0x00280010), "16");
    EXPECT_EQ(out->card(), 2U);
}

// DCMTK reads a sequence in UN as implicit little endian, as the standard asks. Anything else in it does not parse.
TEST(Deidentify, DoesNotSeeFilesWhoseUnDoesNotParse) {
    DcmDataset hidden;
    put(add_item(hidden, referenced_images), 0x00080081, EVR_ST, "SECRET");
    DcmDataset dataset;
    put(dataset, referenced_images, EVR_UN, serialise(hidden).substr(12));
    EXPECT_EQ(parse(serialise(dataset)), nullptr);
    put(dataset, referenced_images, EVR_UN, "SECRET AND MORE");
    EXPECT_EQ(parse(serialise(dataset)), nullptr);
}

TEST(Deidentify, RemovesUnThatWasNotConverted) {
    DcmDataset dataset;  // as it would be without the parser's help
    DcmItem& item = add_item(dataset, referenced_images);
    put(item, 0x00100010, EVR_UN, "SECRET");
    put(dataset, 0x00081110, EVR_UN, "SECRET");
    put(dataset, 0x00180050, EVR_UN, "SECRET");
    make_deidentifier().deidentify(dataset);
    EXPECT_EQ(dataset.card(), 1U);
    EXPECT_EQ(first_item(dataset, referenced_images).card(), 0U);
}

TEST(Deidentify, RemovesSequencesThatAreNone) {
    for (const DcmEVR vr : {EVR_OB, EVR_OW, EVR_LO, EVR_UT, EVR_ST, EVR_UI, EVR_US}) {
        DcmDataset dataset;
        put(dataset, referenced_images, vr, "SECRET12");
        put(dataset, 0x0040A730, vr, "SECRET12");
        put(dataset, 0x00081111, vr, "SECRET12");
        EXPECT_EQ(treated(dataset)->card(), 0U) << DcmVR(vr).getVRName();
    }
}

TEST(Deidentify, RemovesTextInPlaceOfNumbers) {
    DcmDataset dataset;
    put(dataset, 0x00280010, EVR_LO, "SECRET");
    put(dataset, 0x00280011, EVR_OB, "SECRET");
    put(dataset, 0x00180050, EVR_UT, "SECRET");
    put(dataset, 0x00080060, EVR_PN, "SECRET");
    put(dataset, 0x00080061, EVR_DA, "20240131");
    EXPECT_EQ(treated(dataset)->card(), 0U);
}

TEST(Deidentify, RemovesWholeGroupsPrivateElementsAndUnknownOnes) {
    DcmDataset dataset;
    for (const std::uint32_t tag :
         {0x50000005U, 0x50003000U, 0x501E200EU, 0x60003000U, 0x60000022U, 0x60021500U, 0x7F000010U, 0x00090010U,
          0x00091001U, 0x00091002U, 0x4FFD0001U, 0x00084711U, 0x50FE4000U, 0x60FE4000U, 0x40101051U, 0x00060002U}) {
        put(dataset, tag, EVR_LO, "SECRET");
    }
    for (const std::uint32_t tag :
         {0x00880200U, 0x04000561U, 0x04000500U, 0x4FFE0001U, 0xFFFAFFFAU, 0x00091010U, 0x00060001U, 0x50002600U}) {
        put(add_item(dataset, tag), 0x00080104, EVR_LO, "SECRET");
    }
    put(dataset, 0xFFFCFFFC, EVR_OB, "SECRET");
    put(dataset, 0x7FE00010, EVR_OW, "SECRET");
    EXPECT_EQ(treated(dataset)->card(), 0U);
}

TEST(Deidentify, DropsGroupLengths) {
    DcmDataset dataset;
    put(dataset, 0x00080000, EVR_UL, "\x08\0\0\0"sv);
    put(dataset, 0x00080060, EVR_CS, "CT");
    put(add_item(dataset, referenced_images), 0x00100000, EVR_UL, "\x08\0\0\0"sv);
    const auto out = treated(dataset);
    EXPECT_FALSE(has(*out, 0x00080000));
    EXPECT_EQ(first_item(*out, referenced_images).card(), 0U);
}

TEST(Deidentify, TreatsDatesAndTimesWithoutARow) {
    DcmDataset dataset;
    put(dataset, 0x00141020, EVR_DA, "20240131");
    put(dataset, 0x00140103, EVR_TM, "101112");
    put(dataset, 0x00080404, EVR_DT, "20240131101112");
    put(dataset, 0x0008041F, EVR_LO, "20240131101112");  // under another VR
    const auto out = treated(dataset);
    EXPECT_EQ(text(*out, 0x00141020), "19000101");
    EXPECT_EQ(text(*out, 0x00140103), "000000");
    EXPECT_EQ(text(*out, 0x00080404), "19000101000000");
    EXPECT_EQ(text(*out, 0x0008041F), "19000101000000");
}

TEST(Deidentify, DoesNotTranscode) {
    DcmDataset dataset;
    put(dataset, 0x00080005, EVR_CS, "ISO_IR 100");
    put(dataset, 0x00080104, EVR_LO, "M\xFCnchen");
    put(dataset, 0x00100010, EVR_PN, "M\xFCller");
    DcmItem& item = add_item(dataset, referenced_images);
    put(item, 0x00080005, EVR_CS, "\\ISO 2022 IR 87");
    put(item, 0x00080104, EVR_LO, "\x1B$B;3ED\x1B(B");
    const auto out = treated(dataset);
    EXPECT_EQ(text(*out, 0x00080005), "ISO_IR 100");
    EXPECT_EQ(text(*out, 0x00080104), "M\xFCnchen");
    EXPECT_EQ(text(*out, 0x00100010), pseudonym);
    EXPECT_EQ(text(first_item(*out, referenced_images), 0x00080005), "\\ISO 2022 IR 87");
    EXPECT_EQ(text(first_item(*out, referenced_images), 0x00080104), "\x1B$B;3ED\x1B(B");
}

TEST(Deidentify, LeavesKeptValuesAsTheyAre) {
    DcmDataset dataset;
    put(dataset, 0x00080060, EVR_CS, "CT");
    put(dataset, 0x00180050, EVR_DS, "1.25 ");
    put(dataset, 0x00280010, EVR_US, "\x10\x00"sv);
    put(dataset, 0x00281101, EVR_US, "\x02\0\0\0\x10\0"sv);
    put(dataset, 0x00281201, EVR_OW, "\1\2\3\4"sv);
    put(dataset, 0x00620002, EVR_SQ);
    put(dataset, 0x300A00C2, EVR_LO, " Beam 1");
    for (const E_TransferSyntax syntax : {EXS_LittleEndianExplicit, EXS_LittleEndianImplicit, EXS_BigEndianExplicit}) {
        const auto before = parse(serialise(dataset, syntax), syntax);
        EXPECT_EQ(serialise(*treated(dataset, syntax), syntax), serialise(*before, syntax));
    }
}

TEST(Deidentify, IsTheSameTwice) {
    DcmDataset dataset;
    put(dataset, 0x00080018, EVR_UI, "1.2.3");
    put(dataset, 0x00080020, EVR_DA, "20240131");
    put(dataset, 0x00080080, EVR_LO, "St. Elsewhere");
    put(add_item(dataset, referenced_images), 0x00081155, EVR_UI, "1.2.3");
    EXPECT_EQ(serialise(*treated(dataset)), serialise(*treated(dataset)));
}

TEST(Deidentify, WorksInSeveralThreads) {
    DcmDataset dataset;
    for (int i = 0; i < 20; ++i)
        put(add_item(dataset, referenced_images), 0x00081155, EVR_UI, "1.2.3");
    const std::string bytes = serialise(dataset);
    const std::string expected = serialise(*treated(dataset));
    std::vector<std::string> results(4);
    std::vector<std::thread> threads;
    for (std::string& result : results) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                const auto own = parse(bytes);
                make_deidentifier().deidentify(*own);
                result = serialise(*own);
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    for (const std::string& result : results)
        EXPECT_EQ(result, expected);
}

TEST(Markers, SayWhatWasDone) {
    load_dictionary();
    DcmDataset head;
    make_deidentifier().add_markers(head, false, false);
    EXPECT_EQ(text(head, 0x00120062), "YES");
    EXPECT_EQ(text(head, 0x00120063), "PS3.15 2024b Basic Application Level Confidentiality Profile");
    DcmItem& code = first_item(head, 0x00120064);
    EXPECT_EQ(text(code, 0x00080100), "113100");
    EXPECT_EQ(text(code, 0x00080102), "DCM");
    EXPECT_EQ(text(code, 0x00080104), "Basic Application Confidentiality Profile");
    EXPECT_EQ(text(head, 0x00280303), "REMOVED");
    EXPECT_EQ(head.card(), 4U);
}

TEST(Markers, WarnOfTextInPixels) {
    DcmDataset dataset;
    put(dataset, 0x00280301, EVR_CS, "YES");
    const auto out = treated(dataset);
    make_deidentifier().add_markers(*out, true, true);
    EXPECT_EQ(text(*out, 0x00120062), "NO");
    EXPECT_EQ(text(*out, 0x00120063),
              "PS3.15 2024b Basic Application Level Confidentiality Profile\\PIXELS NOT CLEANED");
    EXPECT_EQ(text(*out, 0x00280301), "YES");
}

TEST(Markers, ReplaceEarlierStatements) {
    DcmDataset dataset;
    put(dataset, 0x00120062, EVR_CS, "NO");
    put(dataset, 0x00120063, EVR_LO, "by John Doe at St. Elsewhere");
    put(add_item(dataset, 0x00120064), 0x00080104, EVR_LO, "by John Doe");
    put(dataset, 0x00280303, EVR_CS, "UNMODIFIED");
    put(add_item(dataset, referenced_images), 0x00120063, EVR_LO, "by John Doe");
    const auto out = treated(dataset);
    make_deidentifier().add_markers(*out, false, false);
    EXPECT_EQ(text(*out, 0x00120062), "YES");
    EXPECT_EQ(text(*out, 0x00280303), "REMOVED");
    EXPECT_EQ(text(first_item(*out, 0x00120064), 0x00080100), "113100");
    EXPECT_EQ(serialise(*out).find("Doe"), std::string::npos);
}

}  // namespace
}  // namespace msh::dicom
