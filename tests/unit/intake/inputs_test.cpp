// Operands, folders and lists.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "intake/folder_listing.hpp"
#include "intake/operands.hpp"
#include "intake/path_list.hpp"
#include "support/temporary_folder.hpp"

namespace msh::intake {
namespace {

namespace fs = std::filesystem;

class OperandsTest : public ::testing::Test {
  protected:
    std::string add(const std::string& name) {
        fs::create_directories((root / name).parent_path());
        std::ofstream(root / name) << "x";
        return (root / name).string();
    }
    // All inputs, taken so many at a time, with their paths below the folder.
    std::vector<Input> inputs(const std::vector<std::string>& paths, std::size_t max = 3) const {
        Operands operands(paths);
        std::vector<Input> all;
        while (true) {
            std::vector<Input> next = operands.next(max);
            EXPECT_LE(next.size(), max);
            for (const Input& input : next)
                all.push_back(input);
            if (next.size() < max) break;
        }
        EXPECT_TRUE(operands.next(max).empty());
        return all;
    }
    std::vector<std::string> names(const std::vector<std::string>& paths, std::size_t max = 3) const {
        std::vector<std::string> names;
        std::uint64_t position = 0;
        for (const Input& input : inputs(paths, max)) {
            EXPECT_EQ(input.position, ++position);
            names.push_back(fs::relative(input.path.parent_path(), root) / input.path.filename());
        }
        return names;
    }

    const test::TemporaryFolder folder;
    const fs::path root = folder.path();
};

TEST_F(OperandsTest, FoldersAreReadInByteOrderAndOperandsInTheirs) {
    for (const char* const name : {"b/2", "b/10", "b/a/z", "b/a/b/c", "b/B", "z"})
        (void)add(name);
    const std::vector<std::string> expected{"./z", "b/10", "b/2", "b/B", "b/a/b/c", "b/a/z", "./z"};
    for (const std::size_t max : {1U, 2U, 3U, 100U})
        EXPECT_EQ(names({add("z"), (root / "b").string(), add("z")}, max), expected);
}

TEST_F(OperandsTest, ALinkInAFolderIsSkippedAndOneThatIsAnOperandIsNot) {
    const std::string file = add("a/file");
    fs::create_symlink(file, root / "a/link");
    fs::create_directory_symlink(root / "a", root / "a/loop");
    const auto found = inputs({(root / "a").string(), (root / "a/link").string()});
    ASSERT_EQ(found.size(), 4U);
    EXPECT_FALSE(found[0].is_link);
    EXPECT_TRUE(found[1].is_link);
    EXPECT_TRUE(found[2].is_link);
    EXPECT_FALSE(found[3].is_link);
}

TEST_F(OperandsTest, WhatIsNotThereIsAnInputAllTheSame) {
    const auto found = inputs({"-", "one\ntwo", (root / "absent").string()});
    ASSERT_EQ(found.size(), 3U);
    EXPECT_NE(found[0].hint_if_missing.find("no operands"), std::string::npos);
    EXPECT_NE(found[1].hint_if_missing.find("separate operand"), std::string::npos);
    EXPECT_TRUE(found[2].hint_if_missing.empty());
    for (const Input& input : found)
        EXPECT_FALSE(input.error);
}

TEST_F(OperandsTest, NoOperandsGiveNothing) {
    EXPECT_TRUE(inputs({}).empty());
    fs::create_directory(root / "empty");
    EXPECT_TRUE(inputs({(root / "empty").string()}).empty());
}

TEST(FolderListing, AFolderThatCannotBeReadIsEmptyWithAnError) {
    std::error_code error;
    const FolderListing listing("/nonexistent/folder", error);
    EXPECT_TRUE(error);
    EXPECT_TRUE(listing.empty());
}

TEST(PathList, ALineIsAPath) {
    const Input input = PathList('\n').path(7, "a/b c");
    EXPECT_EQ(input.position, 7U);
    EXPECT_EQ(input.path, "a/b c");
    EXPECT_FALSE(input.error);
    EXPECT_TRUE(input.hint_if_missing.empty());
}

TEST(PathList, AListOfTheOtherKindIsNoFile) {
    const Input null_in_lines = PathList('\n').path(1, std::string("a\0b", 3));
    ASSERT_TRUE(null_in_lines.error);
    EXPECT_NE(null_in_lines.error->hint().find("use -0"), std::string::npos);

    const Input lines_in_null = PathList('\0').path(1, "a\nb\n");
    EXPECT_FALSE(lines_in_null.error);  // there may be such a file
    EXPECT_NE(lines_in_null.hint_if_missing.find("omit -0"), std::string::npos);

    EXPECT_NE(PathList('\n').path(1, "a\r").hint_if_missing.find("CR LF"), std::string::npos);
    EXPECT_TRUE(PathList('\0').path(1, "a\r").hint_if_missing.empty());
}

TEST(PathList, ALineThatIsTooLongIsAnErrorWithTheSameHint) {
    const Input input = PathList('\0').too_long(3, "a\nb\nc");
    ASSERT_TRUE(input.error);
    EXPECT_EQ(input.error->kind(), ErrorKind::input);
    EXPECT_NE(input.error->hint().find("omit -0"), std::string::npos);
    EXPECT_EQ(PathList::unreadable(4, "Is a directory").error->what(),
              std::string("cannot read the list: Is a directory"));
}

}  // namespace
}  // namespace msh::intake
