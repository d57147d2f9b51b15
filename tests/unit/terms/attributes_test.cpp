#include "terms/attributes.hpp"

#include <cstdio>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace msh::terms {
namespace {

TEST(Attributes, FoundByKeywordAndTag) {
    for (const Attribute& attribute : searchable_attributes()) {
        EXPECT_EQ(find_attribute(attribute.keyword), &attribute);
        char tag[16];
        std::snprintf(tag, sizeof tag, "%04X,%04x", attribute.group, attribute.element);
        EXPECT_EQ(find_attribute(tag), &attribute);
        EXPECT_EQ(find_attribute("(" + std::string(tag) + ")"), &attribute);
    }
    EXPECT_EQ(find_attribute("(10,10)"), find_attribute("PatientName"));
    EXPECT_EQ(searchable_attributes().size(), 15U);
}

TEST(Attributes, NotFound) {
    for (const char* key : {"",
                            "patientname",
                            "PATIENTNAME",
                            "PatientName ",
                            " PatientName",
                            "(PatientName",
                            "()",
                            "PatientAge",
                            "0010",
                            "0010,",
                            ",0010",
                            "0010,0010,",
                            "(0010,0010",
                            "0010,0010)",
                            "00010,0010",
                            "0x10,0010",
                            "-10,0010",
                            "+10,0010",
                            "0010, 0010",
                            "0010,1010",
                            "((0010,0010))",
                            "(0008,1110)[0].PatientName",
                            "ReferencedStudySequence[0].PatientID"}) {
        EXPECT_EQ(find_attribute(key), nullptr) << key;
    }
}

TEST(Attributes, AreThoseOfTheDictionary) {
    std::set<std::string_view> keywords;
    const DcmDataDictionary& dictionary = dcmDataDict.rdlock();
    for (const Attribute& attribute : searchable_attributes()) {
        EXPECT_TRUE(keywords.insert(attribute.keyword).second);
        const DcmDictEntry* const entry = dictionary.findEntry(DcmTagKey(attribute.group, attribute.element), nullptr);
        if (entry == nullptr) continue;  // no dictionary on this machine
        EXPECT_EQ(attribute.keyword, entry->getTagName());
    }
    dcmDataDict.rdunlock();
}

TEST(Attributes, ListOfKeywords) {
    EXPECT_TRUE(searchable_keywords().starts_with("StudyInstanceUID, SeriesInstanceUID, "));
    EXPECT_TRUE(searchable_keywords().ends_with(", StudyDescription"));
}

}  // namespace
}  // namespace msh::terms
