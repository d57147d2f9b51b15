#include "base/text.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace msh {
namespace {

TEST(FoldCase, EqualNamesMeet) {
    EXPECT_EQ(fold_case("DOE^John"), fold_case("doe^JOHN"));
    EXPECT_EQ(fold_case("Stra\xc3\x9f"
                        "e"),
              fold_case("STRASSE"));
    EXPECT_EQ(fold_case("Mu\xcc\x88ller"), fold_case("M\xc3\xbcller"));
    EXPECT_EQ(fold_case("\xc3\x84"), "\xc3\xa4");
    EXPECT_FALSE(fold_case("\xff"));
    EXPECT_EQ(fold_case(""), "");
}

TEST(Utf8, ValidAndNot) {
    EXPECT_TRUE(is_valid_utf8("\xe5\xb1\xb1\xe7\x94\xb0"));
    EXPECT_FALSE(is_valid_utf8("\xe5\xb1"));
    EXPECT_FALSE(is_valid_utf8("\xc0\x80"));
}

TEST(Printable, CommandsAndInvisibleCharactersAreSpelledOut) {
    EXPECT_EQ(printable("a\nb"), "a\\nb");
    EXPECT_EQ(printable("\x1b[31m\x7f\r\t"), "\\x1b[31m\\x7f\\x0d\\x09");
    EXPECT_EQ(printable(std::string("a\0b", 3)), "a\\x00b");
    EXPECT_EQ(printable("\u009b31m\u0085"), "\\u009b31m\\u0085");
    EXPECT_EQ(printable("\u202egnp\u2066\u2069\u200e\u200f\u061c"), "\\u202egnp\\u2066\\u2069\\u200e\\u200f\\u061c");
    EXPECT_EQ(printable("a\u200b\u200d\u2060\ufeff\u00ad"), "a\\u200b\\u200d\\u2060\\ufeff\\u00ad");
    EXPECT_EQ(printable("\u2028\u2029"), "\\u2028\\u2029");
    EXPECT_EQ(printable("\U000e0041"), "\\udb40\\udc41");
    EXPECT_EQ(printable("\x9b\xff\xc3"), "\\x9b\\xff\\xc3");
    EXPECT_EQ(printable("a\tb\n\u009b", "\t\n"), "a\tb\n\\u009b");
}

TEST(Printable, TextOfAnyScriptStays) {
    for (const char* text : {"", "a b\\n", "h\u00f4pital \u65e5\u672c \u0627\u0644 \U0001f600", "e\u0301 \u00a0"}) {
        EXPECT_EQ(printable(text), text);
        EXPECT_TRUE(is_printable(text));
    }
    EXPECT_FALSE(is_printable("\u202e"));
    EXPECT_FALSE(is_printable("\xff"));
    EXPECT_EQ(printable(printable("\u202e\xff\n")), printable("\u202e\xff\n"));
}

TEST(DisplayWidth, OfTheColumnsOnATerminal) {
    EXPECT_EQ(display_width(""), 0U);
    EXPECT_EQ(display_width("Doe^John"), 8U);
    EXPECT_EQ(display_width("M\u00fcller"), 6U);
    EXPECT_EQ(display_width("Mu\u0308ller"), 6U);   // a letter and a combining mark
    EXPECT_EQ(display_width("\u5c71\u7530"), 4U);   // wide
    EXPECT_EQ(display_width("\uff94\uff8f"), 2U);   // halfwidth
    EXPECT_EQ(display_width("a\xff\xe5\xb1"), 4U);  // not UTF-8
}

TEST(EditedLines, AreWithoutWhatEditorsLeave) {
    using Lines = std::vector<std::string_view>;
    EXPECT_EQ(edited_lines(""), Lines());
    EXPECT_EQ(edited_lines("a"), Lines{"a"});
    EXPECT_EQ(edited_lines("a\nb\n"), (Lines{"a", "b"}));
    EXPECT_EQ(edited_lines("\xef\xbb\xbf"
                           "a\r\n\r\nb\r"),
              (Lines{"a", "", "b"}));
    EXPECT_EQ(edited_lines("\n\n"), (Lines{"", ""}));
    EXPECT_EQ(edited_line("\xef\xbb\xbf\r"), "");
    EXPECT_EQ(edited_line("a\rb"), "a\rb");
}

TEST(Clock, Rfc3339) {
    EXPECT_EQ(to_rfc3339(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(from_rfc3339("2024-02-29T23:59:59Z"), 1709251199);
    EXPECT_EQ(from_rfc3339("2024-02-29"), 1709164800);
    for (const char* bad : {"2024-02-30", "2024-2-3", "", "tomorrow", "2024-02-29T23:59:59", "2024-02-29Z"}) {
        EXPECT_FALSE(from_rfc3339(bad)) << bad;
    }
}

}  // namespace
}  // namespace msh
