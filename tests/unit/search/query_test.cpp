#include "search/query.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace msh::search {
namespace {

using Terms = std::vector<terms::Term>;

TEST(Query, TermsOfAllKeys) {
    const Query query = make_query({"PatientID=4711", "StudyDescription=CT Thorax"});
    EXPECT_EQ(query.terms, (Terms{{"PatientID", "4711"}, {"StudyDescription", "ct"}, {"StudyDescription", "thorax"}}));
    EXPECT_EQ(query.hint, "");
}

TEST(Query, HintsAtWhatIsLikelyToFindNothing) {
    EXPECT_NE(make_query({"PatientName=Doe"}).hint.find("Family^Given"), std::string::npos);
    EXPECT_EQ(make_query({"PatientName=Doe^John"}).hint, "");
    const std::string both = make_query({"PatientID=4711", "Modality=CT", "PatientID=0815"}).hint;
    EXPECT_NE(both.find("both values of PatientID"), std::string::npos);
    EXPECT_EQ(both.find("4711"), std::string::npos);
    EXPECT_EQ(make_query({"PatientID=4711", "PatientID=4711"}).hint, "");
}

TEST(Query, RefusedKeysAreNamedByTheirPlace) {
    try {
        (void)make_query({"PatientID=4711", "Secret=4711"});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_EQ(std::string(error.what()).rfind("key 2: ", 0), 0U);
        EXPECT_EQ((error.what() + error.hint()).find("Secret"), std::string::npos);
    }
    EXPECT_THROW((void)make_query({}), Error);
}

}  // namespace
}  // namespace msh::search
