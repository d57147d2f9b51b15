#include "dicom/terms.hpp"

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
#include <vector>

#include "dicom/attributes.hpp"

namespace msh::dicom {
namespace {

using Values = std::vector<std::string>;

Values values_of(DcmItem& item, std::string_view keyword) {
    Values values;
    for (const Term& term : read_terms(item)) {
        if (term.attribute == keyword) values.push_back(term.value);
    }
    return values;
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

TEST(Terms, EverySearchableAttribute) {
    DcmDataset dataset;
    put(dataset, DCM_SpecificCharacterSet, EVR_CS, "ISO_IR 100");
    put(dataset, DCM_SOPInstanceUID, EVR_UI, "1.2.3.4");
    put(dataset, DCM_StudyInstanceUID, EVR_UI, "1.2.3");
    put(dataset, DCM_SeriesInstanceUID, EVR_UI, "1.2.3.5");
    put(dataset, DCM_StudyDate, EVR_DA, "20240105");
    put(dataset, DCM_AccessionNumber, EVR_SH, "A-17");
    put(dataset, DCM_Modality, EVR_CS, "CT");
    put(dataset, DCM_InstitutionName, EVR_LO,
        "Krankenhaus S\xfc"
        "d");
    put(dataset, DCM_ReferringPhysicianName, EVR_PN, "Sch\xf6n^A");
    put(dataset, DCM_StudyDescription, EVR_LO, "CT Thorax, CT Abdomen");
    put(dataset, DCM_ManufacturerModelName, EVR_LO, "Model 7");
    put(dataset, DCM_PatientName, EVR_PN, "M\xfcller^J\xf6rg ");
    put(dataset, DCM_PatientID, EVR_LO, "4711\\0815");
    put(dataset, DCM_PatientBirthDate, EVR_DA, "1950.03.01");
    put(dataset, DCM_PatientSex, EVR_CS, "M");
    put(dataset, DCM_BodyPartExamined, EVR_CS, "CHEST");
    const std::vector<Term> expected{{"StudyInstanceUID", "1.2.3"},
                                     {"SeriesInstanceUID", "1.2.3.5"},
                                     {"SOPInstanceUID", "1.2.3.4"},
                                     {"PatientID", "4711"},
                                     {"PatientID", "0815"},
                                     {"AccessionNumber", "A-17"},
                                     {"StudyDate", "20240105"},
                                     {"PatientBirthDate", "19500301"},
                                     {"PatientSex", "M"},
                                     {"Modality", "CT"},
                                     {"BodyPartExamined", "CHEST"},
                                     {"PatientName", "müller^jörg"},
                                     {"ReferringPhysicianName", "schön^a"},
                                     {"InstitutionName", "krankenhaus süd"},
                                     {"ManufacturerModelName", "model 7"},
                                     {"StudyDescription", "ct"},
                                     {"StudyDescription", "thorax"},
                                     {"StudyDescription", "abdomen"}};
    EXPECT_EQ(read_terms(dataset), expected);
}

TEST(Terms, NothingOfNothing) {
    DcmDataset dataset;
    EXPECT_TRUE(read_terms(dataset).empty());
    put(dataset, DCM_PatientBirthDate, EVR_DA, "unknown");
    dataset.putAndInsertString(DCM_PatientID, "");
    dataset.insertEmptyElement(DCM_PatientName);
    EXPECT_TRUE(read_terms(dataset).empty());
}

TEST(Terms, OnlyTheTopLevel) {
    DcmDataset dataset;
    DcmItem* item = nullptr;
    ASSERT_TRUE(dataset.findOrCreateSequenceItem(DCM_ReferencedStudySequence, item).good());
    put(*item, DCM_PatientID, EVR_LO, "inner");
    EXPECT_TRUE(read_terms(dataset).empty());
    EXPECT_EQ(values_of(*item, "PatientID"), Values{"inner"});
}

TEST(Terms, ValuesWithoutARightVr) {
    DcmDataset dataset;
    put(dataset, DCM_PatientID, EVR_UN, "4711");
    EXPECT_EQ(values_of(dataset, "PatientID"), Values{"4711"});
    dataset.insert(new DcmSequenceOfItems(DcmTag(0x0010, 0x0010, DcmVR(EVR_SQ))));
    EXPECT_EQ(values_of(dataset, "PatientName"), Values{});
}

TEST(Terms, ReadingLeavesTheBytesAlone) {
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
    EXPECT_EQ(read_terms(dataset).size(), 2U);
    EXPECT_EQ(written(), before);
}

TEST(Terms, StayWithinTheirBounds) {
    DcmDataset dataset;
    std::mt19937 random(3);
    for (const Attribute& attribute : searchable_attributes()) {
        std::string bytes;
        while (bytes.size() < 4090)
            bytes += std::to_string(random() % 100000) + (random() % 2 == 0 ? "\\" : "=");
        put(dataset, DcmTagKey(attribute.group, attribute.element), EVR_UN, bytes);
    }
    std::size_t total = 0;
    for (const Term& term : read_terms(dataset))
        total += term.attribute.size() + term.value.size();
    EXPECT_LE(total, 16384U);
    EXPECT_GT(total, 16000U);

    put(dataset, DCM_StudyInstanceUID, EVR_UN, "1.2.3" + std::string(4092, ' '));
    EXPECT_EQ(values_of(dataset, "StudyInstanceUID"), Values{});
    put(dataset, DCM_StudyInstanceUID, EVR_UN, "1.2.3" + std::string(4091, ' '));
    EXPECT_EQ(values_of(dataset, "StudyInstanceUID"), Values{"1.2.3"});
}

TEST(Terms, AnyBytesAreRead) {
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
        for (const Attribute& attribute : searchable_attributes())
            fill({attribute.group, attribute.element});
        for (const Term& term : read_terms(dataset))
            EXPECT_FALSE(term.value.empty());
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
        EXPECT_EQ(values_of(*file.getDataset(), "PatientName"), expected.patient_names) << expected.file;
    }
    std::cout << files.size() << " character set files passed\n";
}

TEST_F(CharsetFiles, AnItemWithACharacterSetOfItsOwn) {
    DcmFileFormat file;
    load("chrSQEncoding.dcm", file);
    DcmItem* item = nullptr;
    ASSERT_TRUE(file.getDataset()->findAndGetSequenceItem(DCM_RequestedProcedureCodeSequence, item).good());
    EXPECT_EQ(values_of(*item, "PatientName"), (Values{"ﾔﾏﾀﾞ^ﾀﾛｳ", "山田^太郎", "やまだ^たろう"}));
}

}  // namespace
}  // namespace msh::dicom
