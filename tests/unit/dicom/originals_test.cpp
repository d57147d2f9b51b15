#include "dicom/originals.hpp"

#include <algorithm>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "terms/attributes.hpp"
#include "terms/normalise.hpp"

namespace msh::dicom {
namespace {

using Values = std::vector<std::string>;

Values values_of(DcmItem& item, std::string_view tag) {
    for (const Original& original : read_originals(item)) {
        if (original.tag == tag) return original.values.value_or(Values{"too long"});
    }
    return {};
}

Values terms_of(DcmItem& item, std::string_view wanted) {
    Values found;
    for (const Original& original : read_originals(item)) {
        for (const std::string& value : original.values.value_or(Values{})) {
            for (const terms::Term& term : terms::index_terms(original.tag, value)) {
                if (term.field == wanted) found.push_back(term.value);
            }
        }
    }
    return found;
}

void put(DcmItem& item, const DcmTagKey& tag, DcmEVR vr, const std::string& bytes) {
    if (vr != EVR_UN) {
        ASSERT_TRUE(item.putAndInsertString(DcmTag(tag, vr), bytes.c_str()).good());
        return;
    }
    auto element = std::make_unique<DcmOtherByteOtherWord>(DcmTag(tag, EVR_UN));
    const auto* const data = reinterpret_cast<const Uint8*>(bytes.data());
    ASSERT_TRUE(element->putUint8Array(data, static_cast<unsigned long>(bytes.size())).good());
    ASSERT_TRUE(item.insert(element.release(), true).good());
}

TEST(Originals, EverythingThatIsKept) {
    DcmDataset dataset;
    put(dataset, DCM_SpecificCharacterSet, EVR_CS, "ISO_IR 100");
    put(dataset, DCM_SOPClassUID, EVR_UI, "1.2.840.10008.5.1.4.1.1.2");
    put(dataset, DCM_SOPInstanceUID, EVR_UI, "1.2.3.4");
    put(dataset, DCM_StudyInstanceUID, EVR_UI, "1.2.3");
    put(dataset, DCM_SeriesInstanceUID, EVR_UI, "1.2.3.5");
    put(dataset, DCM_StudyDate, EVR_DA, "20240105");
    put(dataset, DCM_StudyTime, EVR_TM, "070907.5");
    put(dataset, DCM_TimezoneOffsetFromUTC, EVR_SH, "+0100");
    put(dataset, DCM_AccessionNumber, EVR_SH, "A-17");
    put(dataset, DCM_Modality, EVR_CS, "CT");
    put(dataset, DCM_InstitutionName, EVR_LO,
        "Krankenhaus S\xfc"
        "d");
    put(dataset, DCM_ReferringPhysicianName, EVR_PN, "Sch\xf6n^A");
    put(dataset, DCM_StudyID, EVR_SH, "S 1");
    put(dataset, DCM_StudyDescription, EVR_LO, "CT Thorax, CT Abdomen");
    put(dataset, DCM_SeriesDescription, EVR_LO, "Axial 5mm");
    put(dataset, DCM_ManufacturerModelName, EVR_LO, "Model 7");
    put(dataset, DCM_PatientName, EVR_PN, "M\xfcller^J\xf6rg ");
    put(dataset, DCM_PatientID, EVR_LO, "4711\\0815");
    put(dataset, DCM_IssuerOfPatientID, EVR_LO, "Haus 1");
    put(dataset, DCM_PatientBirthDate, EVR_DA, "1950.03.01");
    put(dataset, DCM_PatientSex, EVR_CS, "M");
    put(dataset, DCM_BodyPartExamined, EVR_CS, "CHEST");
    put(dataset, DCM_SeriesNumber, EVR_IS, "3");
    put(dataset, DCM_InstanceNumber, EVR_IS, "12");
    put(dataset, DCM_NumberOfFrames, EVR_IS, "1");
    put(dataset, DCM_PerformedProcedureStepStartDate, EVR_DA, "20240106");
    put(dataset, DCM_PerformedProcedureStepStartTime, EVR_TM, "1200");
    for (const auto& [tag, number] : {std::pair{DCM_Rows, 512}, {DCM_Columns, 256}, {DCM_BitsAllocated, 16}})
        ASSERT_TRUE(dataset.putAndInsertUint16(tag, static_cast<Uint16>(number)).good());
    DcmItem* item = nullptr;
    ASSERT_TRUE(dataset.findOrCreateSequenceItem(DCM_IssuerOfPatientIDQualifiersSequence, item).good());
    put(*item, DCM_UniversalEntityID, EVR_UT, "1.2.40");
    put(*item, DCM_UniversalEntityIDType, EVR_CS, "ISO");
    for (const char* id : {"P1", "P2"}) {
        ASSERT_TRUE(dataset.findOrCreateSequenceItem(DCM_RequestAttributesSequence, item, -2).good());
        put(*item, DCM_ScheduledProcedureStepID, EVR_SH, id);
        put(*item, DCM_RequestedProcedureID, EVR_SH, "R");
    }
    const std::vector<Original> expected{
        {"00100020", {{"4711", "0815"}}},
        {"00100021", {{"Haus 1"}}},
        {"0020000D", {{"1.2.3"}}},
        {"0020000E", {{"1.2.3.5"}}},
        {"00080018", {{"1.2.3.4"}}},
        {"00080016", {{"1.2.840.10008.5.1.4.1.1.2"}}},
        {"00100024.00400032", {{"1.2.40"}}},
        {"00100024.00400033", {{"ISO"}}},
        {"00080050", {{"A-17"}}},
        {"00080020", {{"20240105"}}},
        {"00080030", {{"070907.5"}}},
        {"00080201", {{"+0100"}}},
        {"00100030", {{"1950.03.01"}}},
        {"00100040", {{"M"}}},
        {"00080060", {{"CT"}}},
        {"00180015", {{"CHEST"}}},
        {"00100010", {{"Müller^Jörg"}}},
        {"00080090", {{"Schön^A"}}},
        {"00200010", {{"S 1"}}},
        {"00200011", {{"3"}}},
        {"00200013", {{"12"}}},
        {"00280008", {{"1"}}},
        {"00280010", {{"512"}}},
        {"00280011", {{"256"}}},
        {"00280100", {{"16"}}},
        {"00400244", {{"20240106"}}},
        {"00400245", {{"1200"}}},
        {"00400275.00400009", {{"P1", "P2"}}},
        {"00400275.00401001", {{"R", "R"}}},
        {"00080080", {{"Krankenhaus Süd"}}},
        {"00081090", {{"Model 7"}}},
        {"00081030", {{"CT Thorax, CT Abdomen"}}},
        {"0008103E", {{"Axial 5mm"}}},
    };
    EXPECT_EQ(read_originals(dataset), expected);
    // Every attribute that can be searched is among them.
    for (const terms::Attribute& attribute : terms::searchable_attributes())
        EXPECT_FALSE(terms_of(dataset, attribute.keyword).empty()) << attribute.keyword;
    EXPECT_EQ(terms_of(dataset, "PatientName"), Values{"müller^jörg"});
    EXPECT_EQ(terms_of(dataset, "PatientID"), (Values{"4711", "0815"}));
    EXPECT_EQ(terms_of(dataset, "PatientBirthDate"), Values{"19500301"});
    EXPECT_EQ(terms_of(dataset, "StudyDescription"), (Values{"ct", "thorax", "abdomen"}));
}

TEST(Originals, NothingOfNothing) {
    DcmDataset dataset;
    EXPECT_TRUE(read_originals(dataset).empty());
    dataset.putAndInsertString(DCM_PatientID, "");
    put(dataset, DCM_AccessionNumber, EVR_UN, "  ");
    dataset.insertEmptyElement(DCM_PatientName);
    dataset.insertEmptyElement(DCM_Rows);
    EXPECT_TRUE(read_originals(dataset).empty());
    put(dataset, DCM_PatientBirthDate, EVR_DA, "unknown");
    EXPECT_EQ(values_of(dataset, "00100030"), Values{"unknown"});
    EXPECT_EQ(terms_of(dataset, "PatientBirthDate"), Values{});
}

TEST(Originals, WhatCannotBeDecodedIsMarked) {
    DcmDataset dataset;
    put(dataset, DCM_SpecificCharacterSet, EVR_CS, "ISO_IR 192");
    put(dataset, DCM_PatientName, EVR_PN, "Doe\xff^John");
    EXPECT_EQ(values_of(dataset, "00100010"), Values{"Doe\ufffd^John"});
    EXPECT_EQ(terms_of(dataset, "PatientName"), Values{});
}

TEST(Originals, OnlyTheTopLevel) {
    DcmDataset dataset;
    DcmItem* item = nullptr;
    ASSERT_TRUE(dataset.findOrCreateSequenceItem(DCM_ReferencedStudySequence, item).good());
    put(*item, DCM_PatientID, EVR_LO, "inner");
    EXPECT_TRUE(read_originals(dataset).empty());
    EXPECT_EQ(values_of(*item, "00100020"), Values{"inner"});
}

TEST(Originals, ValuesWithoutARightVr) {
    DcmDataset dataset;
    put(dataset, DCM_PatientID, EVR_UN, "4711");
    EXPECT_EQ(values_of(dataset, "00100020"), Values{"4711"});
    dataset.insert(new DcmSequenceOfItems(DcmTag(0x0010, 0x0010, DcmVR(EVR_SQ))));
    EXPECT_EQ(values_of(dataset, "00100010"), Values{});
    put(dataset, DCM_RequestAttributesSequence, EVR_UN, "no items");
    EXPECT_EQ(values_of(dataset, "00400275.00400009"), Values{});
}

TEST(Originals, ReadingLeavesTheBytesAlone) {
    DcmDataset dataset;
    put(dataset, DCM_PatientName, EVR_UN, "Doe^John    ");
    put(dataset, DCM_PatientID, EVR_LO, "12  ");
    const auto written = [&] {
        std::string buffer(1024, '\0');
        DcmOutputBufferStream out(buffer.data(), static_cast<offile_off_t>(buffer.size()));
        dataset.transferInit();
        EXPECT_TRUE(dataset.write(out, EXS_LittleEndianExplicit, EET_ExplicitLength, nullptr).good());
        dataset.transferEnd();
        buffer.resize(static_cast<std::size_t>(out.tell()));
        return buffer;
    };
    const std::string before = written();
    EXPECT_EQ(read_originals(dataset).size(), 2U);
    EXPECT_EQ(written(), before);
}

TEST(Originals, PatientIdAndIssuerAreNeverLeftOut) {
    DcmDataset dataset;
    for (const auto& tag : {DCM_StudyInstanceUID, DCM_SeriesInstanceUID, DCM_SOPInstanceUID, DCM_SOPClassUID})
        put(dataset, tag, EVR_UN, std::string(4096, '1'));
    put(dataset, DCM_PatientID, EVR_UN, std::string(4096, 'P'));
    put(dataset, DCM_IssuerOfPatientID, EVR_UN, std::string(4000, 'I'));
    EXPECT_TRUE(values_of(dataset, "00100020") == Values{std::string(4096, 'P')});
    EXPECT_TRUE(values_of(dataset, "00100021") == Values{std::string(4000, 'I')});
    // Three bytes stand for each that cannot be decoded, so there is not room for both.
    put(dataset, DCM_SpecificCharacterSet, EVR_CS, "ISO_IR 192");
    put(dataset, DCM_PatientID, EVR_UN, std::string(4096, '\xff'));
    put(dataset, DCM_IssuerOfPatientID, EVR_UN, std::string(4000, '\xff'));
    EXPECT_GT(values_of(dataset, "00100020").front().size(), 12000U);
    EXPECT_TRUE(values_of(dataset, "00100021") == Values{"too long"});
    put(dataset, DCM_PatientID, EVR_UN, std::string(4098, 'P'));
    EXPECT_TRUE(values_of(dataset, "00100020") == Values{"too long"});
}

TEST(Originals, StayWithinTheirBounds) {
    DcmDataset dataset;
    std::mt19937 random(3);
    for (const terms::Attribute& attribute : terms::searchable_attributes()) {
        std::string bytes;
        while (bytes.size() < 4090)
            bytes += std::to_string(random() % 100000) + (random() % 2 == 0 ? "\\" : "=");
        put(dataset, DcmTagKey(attribute.group, attribute.element), EVR_UN, bytes);
    }
    std::size_t total = 0;
    for (const Original& original : read_originals(dataset)) {
        for (const std::string& value : original.values.value())
            total += value.size();
    }
    EXPECT_LE(total, 16384U);
    EXPECT_GT(total, 4000U);

    put(dataset, DCM_StudyInstanceUID, EVR_UN, "1.2.3" + std::string(4092, ' '));
    EXPECT_EQ(values_of(dataset, "0020000D"), Values{"too long"});
    put(dataset, DCM_StudyInstanceUID, EVR_UN, "1.2.3" + std::string(4091, ' '));
    EXPECT_EQ(values_of(dataset, "0020000D"), Values{"1.2.3"});

    DcmDataset many;
    for (int i = 0; i < 2000; ++i) {
        DcmItem* item = nullptr;
        ASSERT_TRUE(many.findOrCreateSequenceItem(DCM_RequestAttributesSequence, item, -2).good());
        put(*item, DCM_RequestedProcedureID, EVR_SH, "R17");
    }
    EXPECT_EQ(values_of(many, "00400275.00401001"), Values{"too long"});
}

TEST(Originals, AnyBytesAreRead) {
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        DcmDataset dataset;
        const auto fill = [&](const DcmTagKey& tag) {
            std::string bytes;
            for (auto length = 2 + 2 * (random() % 100); length > 0; --length) {
                bytes.push_back(static_cast<char>(random() & 0xff));
            }
            put(dataset, tag, EVR_UN, bytes);
        };
        fill(DCM_SpecificCharacterSet);
        for (const terms::Attribute& attribute : terms::searchable_attributes())
            fill({attribute.group, attribute.element});
        for (const Original& original : read_originals(dataset)) {
            for (const std::string& value : original.values.value())
                EXPECT_TRUE(is_valid_utf8(value));
        }
    }
}

// Real files in all of DICOM's character sets, from the package python3-pydicom.
struct CharsetFile {
    const char* file;
    Values patient_names;
};

class CharsetFiles : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(folder_)) GTEST_SKIP() << "python3-pydicom is not installed";
    }
    void load(const std::string& name, DcmFileFormat& file) const {
        ASSERT_TRUE(file.loadFile((folder_ / name).c_str()).good()) << name;
    }
    std::filesystem::path folder_ = "/usr/lib/python3/dist-packages/pydicom/data/charset_files";
};

TEST_F(CharsetFiles, PatientNames) {
    const std::vector<CharsetFile> files = {
        {"chrArab.dcm", {"قباني^لنزار"}},
        {"chrFren.dcm", {"buc^jérôme"}},
        {"chrFrenMulti.dcm", {"buc^jérôme"}},
        {"chrGerm.dcm", {"äneas^rüdiger"}},
        {"chrGreek.dcm", {"διονυσιοσ"}},
        {"chrH31.dcm", {"yamada^tarou", "山田^太郎", "やまだ^たろう"}},
        {"chrH32.dcm", {"ﾔﾏﾀﾞ^ﾀﾛｳ", "山田^太郎", "やまだ^たろう"}},
        {"chrHbrw.dcm", {"שרון^דבורה"}},
        {"chrI2.dcm", {"hong^gildong", "洪^吉洞", "홍^길동"}},
        {"chrJapMulti.dcm", {"やまだ^たろう"}},
        {"chrJapMultiExplicitIR6.dcm", {"やまだ^たろう"}},
        {"chrKoreanMulti.dcm", {"김희중"}},
        {"chrRuss.dcm", {"люкceмбypг"}},
        {"chrX1.dcm", {"wang^xiaodong", "王^小東"}},
        {"chrX2.dcm", {"wang^xiaodong", "王^小东"}},
    };
    for (const CharsetFile& expected : files) {
        DcmFileFormat file;
        load(expected.file, file);
        EXPECT_EQ(terms_of(*file.getDataset(), "PatientName"), expected.patient_names) << expected.file;
    }
    std::cout << files.size() << " character set files passed\n";
}

TEST_F(CharsetFiles, AnItemWithACharacterSetOfItsOwn) {
    DcmFileFormat file;
    load("chrSQEncoding.dcm", file);
    DcmItem* item = nullptr;
    ASSERT_TRUE(file.getDataset()->findAndGetSequenceItem(DCM_RequestedProcedureCodeSequence, item).good());
    EXPECT_EQ(terms_of(*item, "PatientName"), (Values{"ﾔﾏﾀﾞ^ﾀﾛｳ", "山田^太郎", "やまだ^たろう"}));
}

}  // namespace
}  // namespace msh::dicom
