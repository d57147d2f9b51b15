#include "terms/normalise.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace msh::terms {
namespace {

using Values = std::vector<std::string>;

Values index(std::string_view keyword, std::string_view utf8) {
    return index_values(*find_attribute(keyword), utf8);
}
Values query(const std::string& keyword, const std::string& utf8) {
    Values values;
    for (const Term& term : parse_condition(keyword + "=" + utf8).terms) {
        EXPECT_EQ(term.field, keyword);
        values.push_back(term.value);
    }
    return values;
}

TEST(Normalise, Names) {
    const Values doe{"doe^john"};
    for (const char* spelling :
         {"Doe^John", "DOE^JOHN^^^ ", "doe ^ john", " DOE^JOHN==", "Doe^John^", "DOE^JOHN=DOE^JOHN"}) {
        EXPECT_EQ(index("PatientName", spelling), doe) << spelling;
        EXPECT_EQ(query("PatientName", spelling), doe) << spelling;
    }
    EXPECT_EQ(index("PatientName", "VAN  DER\u3000BERG^^\u00a0M"), Values{"van der berg^^m"});
    EXPECT_EQ(index("PatientName", "^John"), Values{"^john"});
    EXPECT_EQ(index("PatientName", std::string_view("DOE\0\0", 5)), Values{"doe"});
    EXPECT_EQ(index("PatientName", "Mu\u0308ller"), index("PatientName", "MÜLLER"));
    EXPECT_EQ(index("PatientName", "Strauß"), Values{"strauss"});
    EXPECT_EQ(index("PatientName", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
              (Values{"yamada^tarou", "山田^太郎", "やまだ^たろう"}));
    EXPECT_EQ(query("PatientName", "山田^太郎"), Values{"山田^太郎"});
    EXPECT_EQ(query("PatientName", "Yamada^Tarou=山田^太郎"), (Values{"yamada^tarou", "山田^太郎"}));
    EXPECT_NE(index("PatientName", "Doe"), doe);
    EXPECT_NE(index("PatientName", "Doe John"), doe);
}

TEST(Normalise, OnlySoundPartsOfAName) {
    EXPECT_EQ(index("PatientName", "Yamada=山\ufffd=やまだ"), (Values{"yamada", "やまだ"}));
    EXPECT_EQ(index("PatientName",
                    "Do\x01"
                    "e=山田"),
              Values{"山田"});
    EXPECT_EQ(index("PatientName", "Do\u0092e"), Values{});
    EXPECT_EQ(index("PatientName", "bad \xff"), Values{});
    EXPECT_EQ(index("PatientName", " ^^^= "), Values{});
}

TEST(Normalise, Identifiers) {
    EXPECT_EQ(index("PatientID", "  00123 ab "), Values{"00123 ab"});
    EXPECT_EQ(index("PatientID", std::string_view("X1\0", 3)), Values{"X1"});
    EXPECT_NE(index("PatientID", "ab"), index("PatientID", "AB"));
    EXPECT_EQ(index("PatientID", "   "), Values{});
    EXPECT_EQ(index("PatientID", "a\ufffd"), Values{});
    EXPECT_EQ(index("AccessionNumber", "2024-1"), Values{"2024-1"});
    EXPECT_EQ(query("AccessionNumber", " 2024-1 "), Values{"2024-1"});
}

TEST(Normalise, Dates) {
    EXPECT_EQ(index("StudyDate", "20240229"), Values{"20240229"});
    EXPECT_EQ(index("StudyDate", "1994.12.31"), Values{"19941231"});
    EXPECT_EQ(query("PatientBirthDate", "2024-02-29"), Values{"20240229"});
    EXPECT_EQ(query("PatientBirthDate", "20240229"), Values{"20240229"});
    for (const char* bad : {"", "2024", "20230229", "20241301", "20240100", "00000000", "2024-02-29", "2024.02-29",
                            "2024022a", "20240229120000", "ANONYMIZED"}) {
        EXPECT_EQ(index("StudyDate", bad), Values{}) << bad;
    }
    for (const char* bad : {"", "2024.02.29", "20230229", "20240101-20241231", "20240101-", "-20240101", "2024*"}) {
        EXPECT_THROW((void)query("StudyDate", bad), Error) << bad;
    }
}

TEST(Normalise, CodesTextAndUids) {
    EXPECT_EQ(index("Modality", "ct "), Values{"CT"});
    EXPECT_EQ(query("PatientSex", "f"), Values{"F"});
    EXPECT_EQ(index("InstitutionName", " Hôpital  Général "), Values{"hôpital général"});
    EXPECT_EQ(index("InstitutionName", "A^B=C"), Values{"a^b=c"});
    EXPECT_EQ(query("ManufacturerModelName", "somatom"), index("ManufacturerModelName", "SOMATOM"));
    EXPECT_EQ(index("SOPInstanceUID", std::string_view("1.2.3\0", 6)), Values{"1.2.3"});
    EXPECT_EQ(index("SOPInstanceUID", "1.2.x"), Values{});
    EXPECT_EQ(index("SOPInstanceUID", std::string(65, '1')), Values{});
    EXPECT_THROW((void)query("StudyInstanceUID", "1.2.*"), Error);
    EXPECT_THROW((void)query("StudyInstanceUID", "1.2\\1.3"), Error);
}

TEST(Normalise, Words) {
    EXPECT_EQ(index("StudyDescription", "CT Thorax/Abdomen (m. KM), CT"),
              (Values{"ct", "thorax", "abdomen", "m", "km"}));
    EXPECT_EQ(index("StudyDescription", "IRM cérébrale – suivi n°2"), (Values{"irm", "cérébrale", "suivi", "n", "2"}));
    EXPECT_EQ(index("StudyDescription", "胸部ＣＴ・造影　あり"), (Values{"胸部ｃｔ", "造影", "あり"}));
    EXPECT_EQ(index("StudyDescription", "ข้อเข่า"), Values{"ข้อเข่า"});
    EXPECT_EQ(index("StudyDescription", "Θώραξ، الصدر"), (Values{"θώραξ", "الصدر"}));
    EXPECT_EQ(index("StudyDescription", "M\ufffdller thorax"), Values{"thorax"});
    EXPECT_EQ(index("StudyDescription", "\t--\n"), Values{});
    EXPECT_EQ(query("StudyDescription", "thorax CT"), (Values{"thorax", "ct"}));
    EXPECT_THROW((void)query("StudyDescription", " - "), Error);
}

TEST(Normalise, WildcardsNeedAnEscape) {
    for (const char* keyword : {"PatientName", "PatientID", "Modality", "StudyDescription", "InstitutionName"}) {
        for (const char* pattern : {"DOE*", "?", "*", "a\\b", "a\\", "\\\\*", "\\n"}) {
            EXPECT_THROW((void)query(keyword, pattern), Error) << keyword << pattern;
        }
    }
    EXPECT_EQ(query("PatientID", "A\\*B\\?"), index("PatientID", "A*B?"));
    EXPECT_EQ(query("PatientName", "Doe\\*"), Values{"doe*"});
}

TEST(Normalise, RefusedQueries) {
    for (const char* key : {"", "PatientName", "PatientAge=1", "patientname=Doe", "=x",
                            "PatientName=", "PatientID=  ", "PatientName=^^", "PatientName=\xff", "PatientID=a\tb",
                            "PatientName=a\ufffd", "PatientName=Doe=\x01", "(0008,1110)[0].PatientID=1"}) {
        try {
            (void)parse_condition(key);
            FAIL() << key;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage) << key;
            EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
        }
    }
}

TEST(Normalise, MessagesHoldNoValue) {
    for (const char* key : {"PatientName=Secret*", "PatientBirthDate=Secret", "Secret=1", "StudyInstanceUID=Secret"}) {
        try {
            (void)parse_condition(key);
            FAIL() << key;
        } catch (const Error& error) {
            EXPECT_EQ((error.what() + error.hint()).find("Secret"), std::string::npos);
        }
    }
}

TEST(Normalise, KeysAsFindscuTakesThem) {
    for (const char* key : {"PatientID=4711", "(0010,0020)=4711", "0010,0020=4711", "10,20=4711"}) {
        const Condition condition = parse_condition(key);
        EXPECT_EQ(condition.attribute->keyword, "PatientID");
        EXPECT_EQ(condition.terms, (std::vector<Term>{{"PatientID", "4711"}}));
    }
    EXPECT_EQ(query("PatientID", "a=b"), Values{"a=b"});
}

}  // namespace
}  // namespace msh::terms
