#include "terms/charset.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "base/text.hpp"

#define ESC "\x1b"

namespace msh::terms {
namespace {

using Values = std::vector<std::string>;

std::string hex(std::string_view digits) {
    return std::string(as_text(from_hex(digits).value()));
}

Values name(std::string_view character_set, const std::string& bytes) {
    return CharacterSet(character_set).decode(bytes, Delimiters::name);
}
Values text(std::string_view character_set, const std::string& bytes) {
    return CharacterSet(character_set).decode(bytes, Delimiters::values);
}

TEST(Charset, SingleByteCodePages) {
    EXPECT_EQ(name("ISO_IR 100", "Buc^J" + hex("e9") + "r" + hex("f4") + "me"), Values{"Buc^Jérôme"});
    EXPECT_EQ(name("ISO_IR 101", hex("c8") + "apek^R" + hex("f9be") + "ena"), Values{"Čapek^Růžena"});
    EXPECT_EQ(name("ISO_IR 109", hex("d8b6")), Values{"Ĝĥ"});
    EXPECT_EQ(name("ISO_IR 110", hex("d3ba") + "ni" + hex("f1b9")), Values{"Ķēniņš"});
    EXPECT_EQ(name("ISO_IR 144", hex("bbeeda") + "ce" + hex("dcd1") + "yp" + hex("d3")), Values{"Люкceмбypг"});
    EXPECT_EQ(name("ISO_IR 127", hex("e2c8c7e6ea5ee4e6d2c7d1")), Values{"قباني^لنزار"});
    EXPECT_EQ(name("ISO_IR 126", hex("c4e9efedf5f3e9eff2")), Values{"Διονυσιος"});
    EXPECT_EQ(name("ISO_IR 138", hex("f9f8e5ef5ee3e1e5f8e4")), Values{"שרון^דבורה"});
    EXPECT_EQ(name("ISO_IR 148", "I" + hex("fe") + hex("fd") + "k^" + hex("c7") + "a" + hex("f0") + "lar"),
              Values{"Işık^Çağlar"});
    EXPECT_EQ(name("ISO_IR 166", hex("cac1aad2c25ee3a8b4d5")), Values{"สมชาย^ใจดี"});
    EXPECT_EQ(name("ISO_IR 203", hex("bc") + "uvre" + hex("a4")), Values{"Œuvre€"});
    EXPECT_EQ(name("ISO_IR 13", hex("d4cfc0de5ec0dbb3")), Values{"ﾔﾏﾀﾞ^ﾀﾛｳ"});
    EXPECT_EQ(text("ISO_IR 13", "a~b"), Values{"a‾b"});
}

// PS3.5 annex H.
TEST(Charset, Japanese) {
    const std::string kanji = ESC "$B;3ED" ESC "(B^" ESC "$BB@O:" ESC "(B";
    const std::string kana = ESC "$B$d$^$@" ESC "(B^" ESC "$B$?$m$&" ESC "(B";
    EXPECT_EQ(name("\\ISO 2022 IR 87", "Yamada^Tarou=" + kanji + "=" + kana),
              Values{"Yamada^Tarou=山田^太郎=やまだ^たろう"});
    const std::string kanji_romaji = ESC "$B;3ED" ESC "(J^" ESC "$BB@O:" ESC "(J";
    EXPECT_EQ(name("ISO 2022 IR 13\\ISO 2022 IR 87", hex("d4cfc0de5ec0dbb3") + "=" + kanji_romaji),
              Values{"ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎"});
    EXPECT_EQ(text("\\ISO 2022 IR 87\\ISO 2022 IR 159", ESC "$(D0!" ESC "$B;3" ESC "(B!"), Values{"丂山!"});
    EXPECT_EQ(text("\\ISO 2022 IR 13", ESC ")I" + hex("d4cfc0de")), Values{"ﾔﾏﾀﾞ"});
}

// PS3.5 annex I, also as it is met: with no escape sequence after the delimiters, or with the set declared first.
TEST(Charset, Korean) {
    const std::string hanja = ESC "$)C" + hex("fbf3") + "^" ESC "$)C" + hex("d1ced4d7");
    const std::string hangul = ESC "$)C" + hex("c8ab") + "^" ESC "$)C" + hex("b1e6b5bf");
    EXPECT_EQ(name("\\ISO 2022 IR 149", "Hong^Gildong=" + hanja + "=" + hangul),
              Values{"Hong^Gildong=洪^吉洞=홍^길동"});
    EXPECT_EQ(name("\\ISO 2022 IR 149", ESC "$)C" + hex("c8ab") + "^" + hex("b1e6b5bf")), Values{"홍^길동"});
    EXPECT_EQ(name("ISO 2022 IR 149", hex("c8ab") + "^" + hex("b1e6b5bf")), Values{"홍^길동"});
}

// PS3.5 annexes J and K.
TEST(Charset, Chinese) {
    EXPECT_EQ(name("ISO_IR 192", "Wang^XiaoDong=王^小東="), Values{"Wang^XiaoDong=王^小東="});
    EXPECT_EQ(name("GB18030", "Wang^XiaoDong=" + hex("cdf5") + "^" + hex("d0a1b6ab") + "="),
              Values{"Wang^XiaoDong=王^小东="});
    EXPECT_EQ(name("\\ISO 2022 IR 58", "Zhang^XiaoDong=" ESC "$)A" + hex("d5c5") + "^" ESC "$)A" + hex("d0a1b6ab")),
              Values{"Zhang^XiaoDong=张^小东"});
    EXPECT_EQ(text("GB18030", hex("81308130")), Values{"\u0080"});
}

TEST(Charset, HalvesOfCharactersDelimitNothing) {
    EXPECT_EQ(text("GBK", hex("815c") + "\\" + hex("815e")), (Values{"乗", "乛"}));
    EXPECT_EQ(text("GB18030", hex("815c") + "\\a"), (Values{"乗", "a"}));
    EXPECT_EQ(name("\\ISO 2022 IR 87", ESC "$B$^$\\" ESC "(B\\" ESC "$B$=" ESC "(B"), (Values{"まぼ", "そ"}));
}

TEST(Charset, SeveralSetsInOneValue) {
    EXPECT_EQ(
        text("ISO 2022 IR 100\\ISO 2022 IR 144", "J" + hex("e9") + "r " ESC "-L" + hex("bbee") + "\\" + hex("e9")),
        (Values{"Jér Лю", "é"}));
    EXPECT_EQ(text("ISO 2022 IR 100\\ISO 2022 IR 126", ESC "-F" + hex("c4") + "\r\n" + hex("e9")), Values{"Δ\r\né"});
    EXPECT_EQ(name("ISO 2022 IR 100\\ISO 2022 IR 126", ESC "-F" + hex("c4") + "^" + hex("e9")), Values{"Δ^é"});
    EXPECT_EQ(text("ISO 2022 IR 100\\ISO 2022 IR 126", ESC "-F" + hex("c4") + "^" + hex("e9")), Values{"Δ^ι"});
}

TEST(Charset, SpacesBetweenDoubleBytes) {
    EXPECT_EQ(text("\\ISO 2022 IR 87", ESC "$B;3 ED" ESC "(B"), Values{"山 田"});
}

TEST(Charset, SpellingsOfTheTerms) {
    const std::string bytes = "J" + hex("e9") + "r" + hex("f4") + "me";
    for (const auto* term : {"ISO_IR 100", "ISO 2022 IR 100", "ISO_IR_100", "ISO-IR 100", "iso_ir 100 ", "ISO IR 100",
                             "ISO_IR 100\\", "ISO 2022 IR 6\\ISO 2022 IR 100"}) {
        EXPECT_EQ(text(term, bytes), Values{"Jérôme"}) << term;
    }
    EXPECT_EQ(text("ISO_IR 192\\ISO 2022 IR 87", "é"), Values{"é"});
}

TEST(Charset, WithoutAKnownSet) {
    for (const auto* term : {"", "ISO_IR 6", "ISO 2022 IR 6", "ISO_IR 9999", "nonsense", "\\\\\\"}) {
        EXPECT_EQ(text(term, "M" + hex("fc") + "ller"), Values{"Müller"}) << term;
        EXPECT_EQ(text(term, "Müller"), Values{"Müller"}) << term;
        EXPECT_EQ(text(term, ESC "$B;3" ESC "(B"), Values{"山"}) << term;
        EXPECT_EQ(text(term, "A\\B\\"), (Values{"A", "B", ""})) << term;
    }
}

TEST(Charset, WhatMeansNothingIsReplaced) {
    EXPECT_EQ(name("ISO_IR 192", "A" + hex("ff") + "B^C"), Values{"A\ufffdB^C"});
    EXPECT_EQ(name("ISO_IR 192", "A" + hex("e5b1")), (Values{"A\ufffd\ufffd"}));
    EXPECT_EQ(name("ISO_IR 192", "é" + hex("f79ba4a7") + "é"), Values{"é\ufffd\ufffd\ufffd\ufffdé"});
    EXPECT_EQ(name("ISO_IR 192", hex("c080")), (Values{"\ufffd\ufffd"}));
    EXPECT_EQ(name("\\ISO 2022 IR 87", "Yamada=" ESC "$B;3E" ESC "(B=x"), Values{"Yamada=山\ufffd=x"});
    EXPECT_EQ(name("\\ISO 2022 IR 87", "A" + hex("e9e9") + "B"), Values{"A\ufffdB"});
    EXPECT_EQ(name("\\ISO 2022 IR 149", ESC "$)C" + hex("c8ab41c8")), Values{"홍A\ufffd"});
    EXPECT_EQ(name("ISO 2022 IR 13", hex("d4ffd4")), Values{"ﾔ\ufffdﾔ"});
    EXPECT_EQ(text("ISO_IR 100", ESC), Values{"\ufffd"});
    EXPECT_EQ(text("ISO_IR 100", ESC "$"), Values{"\ufffd"});
    EXPECT_EQ(text("ISO_IR 100", "a" ESC "$*Xb"), Values{"a\ufffdb"});
    EXPECT_EQ(text("ISO_IR 100", ESC ESC "-F" + hex("c4")), Values{"\ufffdΔ"});
    EXPECT_EQ(text("GBK", hex("81")), Values{"\ufffd"});
    EXPECT_EQ(text("ISO_IR 100", ""), Values{""});
}

TEST(Charset, AnyBytesGiveValidUtf8) {
    const std::vector<std::string> character_sets = {"",
                                                     "ISO_IR 100",
                                                     "ISO_IR 126",
                                                     "ISO_IR 166",
                                                     "ISO_IR 13",
                                                     "ISO_IR 192",
                                                     "GB18030",
                                                     "GBK",
                                                     "ISO 2022 IR 13\\ISO 2022 IR 87\\ISO 2022 IR 159",
                                                     "\\ISO 2022 IR 149",
                                                     "\\ISO 2022 IR 58"};
    const std::vector<std::string> pieces = {ESC "$B", ESC "$(D", ESC "$)C", ESC "(J", ESC ")I", "\\", "^", "=", ESC};
    std::mt19937 random(20240801);
    for (int round = 0; round < 4000; ++round) {
        std::string bytes;
        for (auto length = random() % 60; length > 0; --length) {
            if (random() % 6 == 0) bytes += pieces[random() % pieces.size()];
            bytes.push_back(static_cast<char>(random() & 0xff));
        }
        const CharacterSet characters(character_sets[random() % character_sets.size()]);
        for (const auto delimiters : {Delimiters::values, Delimiters::name}) {
            for (const std::string& value : characters.decode(bytes, delimiters)) {
                EXPECT_TRUE(is_valid_utf8(value)) << to_hex(as_bytes(bytes)) << " " << to_hex(as_bytes(value));
            }
        }
    }
}

TEST(Charset, AnyTermIsTaken) {
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        std::string term;
        for (auto length = random() % 30; length > 0; --length)
            term.push_back(static_cast<char>(random() & 0xff));
        EXPECT_EQ(text(term, "plain"), Values{"plain"});
    }
}

TEST(CharacterSetTerm, IsADefinedOne) {
    for (const char* term : {"", "ISO_IR 100", "ISO_IR 192", "iso-ir 6 ", "ISO 2022 IR 87", "GB18030", "GBK"}) {
        EXPECT_TRUE(is_character_set_term(term)) << term;
    }
    for (const char* term : {"LEAKCSET", "ISO_IR", "ISO_IR 1000", "ISO_IR 100 DOE", "ISO 2022 IR DOE", "192"}) {
        EXPECT_FALSE(is_character_set_term(term)) << term;
    }
}

}  // namespace
}  // namespace msh::terms
