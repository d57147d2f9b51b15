#include "dicom/confidentiality.hpp"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "dicom/dictionary.hpp"
#include "support/temporary_folder.hpp"

namespace msh::dicom {
namespace {

std::string code_text(Code code) {
    switch (code) {
        case Code::none:
            return "";
        case Code::X:
            return "X";
        case Code::Z:
            return "Z";
        case Code::D:
            return "D";
        case Code::U:
            return "U";
        case Code::Z_D:
            return "Z/D";
        case Code::X_Z:
            return "X/Z";
        case Code::X_D:
            return "X/D";
        case Code::X_Z_D:
            return "X/Z/D";
        case Code::X_Z_U:
            return "X/Z/U*";
    }
    return "?";
}

// "(60XX,3000)" and "(GGGG,EEEE) WHERE GGGG IS ODD" stand for many tags: one that fits, taken from `choice`.
std::uint32_t a_tag_of(std::string id, char choice) {
    if (id.starts_with("ggggeeee")) return choice == '2' ? 0x00091001 : 0x30110002;
    std::replace(id.begin(), id.end(), 'x', choice);
    return static_cast<std::uint32_t>(std::stoul(id, nullptr, 16));
}

TEST(Confidentiality, HasEveryRowOfThePublishedTable) {
    const auto path = test::vectors("..") / "dicom" / "E.1-1_2024b.json";
    std::ifstream file(path);
    if (!file) GTEST_SKIP() << "no " << path;
    const nlohmann::json table = nlohmann::json::parse(file);
    for (const auto& row : table) {
        const auto id = row.at("id").get<std::string>();
        const auto code = row.at("basicProfile").get<std::string>();
        for (const char choice : {'0', '2', 'e'}) {
            EXPECT_EQ(code_text(confidentiality_code(a_tag_of(id, choice))), code) << id;
        }
        // One the dictionary does not know would be removed instead of replaced: right for Selector UN Value only.
        if (id.size() == 8 && id.find('x') == std::string::npos && id >= "0008" && id != "0072006d") {
            EXPECT_NE(standard_vr(a_tag_of(id, '0')), Vr::none) << id;
        }
    }
    EXPECT_EQ(table.size(), 621U);  // as many here as there: no row of our own
    EXPECT_EQ(confidentiality_row_count(), table.size());
    std::cout << table.size() << " rows of Table E.1-1 compared\n";
}

TEST(Confidentiality, PatternsDoNotReachFurther) {
    EXPECT_EQ(confidentiality_code(0x60003001), Code::none);
    EXPECT_EQ(confidentiality_code(0x60FE4000), Code::X);
    EXPECT_EQ(confidentiality_code(0x50FEFFFE), Code::X);
    EXPECT_EQ(confidentiality_code(0x52009229), Code::none);
    EXPECT_EQ(confidentiality_code(0x00080005), Code::none);
    EXPECT_EQ(confidentiality_code(0xFFFFFFFF), Code::X);  // an odd group
}

TEST(Confidentiality, ResolvesCompoundCodes) {
    const struct {
        Code code;
        Action element;
        Action sequence;
    } cases[] = {
        {Code::none, Action::keep, Action::keep},    {Code::X, Action::remove, Action::remove},
        {Code::Z, Action::empty, Action::empty},     {Code::D, Action::dummy, Action::dummy},
        {Code::U, Action::map_uid, Action::map_uid}, {Code::Z_D, Action::dummy, Action::empty},
        {Code::X_Z, Action::empty, Action::empty},   {Code::X_D, Action::dummy, Action::remove},
        {Code::X_Z_D, Action::dummy, Action::empty}, {Code::X_Z_U, Action::map_uid, Action::keep},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(resolve(c.code, false), c.element) << code_text(c.code);
        EXPECT_EQ(resolve(c.code, true), c.sequence) << code_text(c.code);
    }
}

}  // namespace
}  // namespace msh::dicom
