// The two text parts of the age format: header and armor.
#include "crypto/age_header.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "crypto/age_armor.hpp"
#include "crypto/age_error.hpp"
#include "crypto/age_stanza.hpp"
#include "crypto/random.hpp"

namespace msh::crypto {
namespace {

TEST(AgeHeader, StanzasOfOtherTypesAreSkippedAndAuthenticated) {
    FileKey file_key;
    fill_random(file_key.writable());
    const AgeIdentity identity = AgeIdentity::generate();
    const std::vector<AgeStanza> stanzas{{{"joint", "arg1", "arg2"}, Bytes(48, 1)},  // a body of one full line
                                         wrap_file_key(file_key, identity.recipient()),
                                         {{"empty-grease"}, {}}};
    const Bytes header = make_age_header(file_key, stanzas);
    AgeHeaderReader reader;
    EXPECT_TRUE(reader.write(header).empty());
    ASSERT_TRUE(reader.complete());
    ASSERT_EQ(reader.header().stanzas.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(reader.header().stanzas[i].arguments, stanzas[i].arguments);
        EXPECT_EQ(reader.header().stanzas[i].body, stanzas[i].body);
    }
    EXPECT_TRUE(reader.header().is_authentic(file_key));
    const auto unwrapped = unwrap_file_key(reader.header(), std::vector{identity});
    ASSERT_TRUE(unwrapped);
    EXPECT_TRUE(constant_time_equal(unwrapped->view(), file_key.view()));
}

TEST(AgeHeader, PassphraseStandsAlone) {
    FileKey file_key;
    const AgeIdentity identity = AgeIdentity::generate();
    const std::vector<AgeStanza> stanzas{wrap_file_key(file_key, identity.recipient()),
                                         wrap_file_key(file_key, as_bytes("x"), 2)};
    AgeHeaderReader reader;
    EXPECT_THROW((void)reader.write(make_age_header(file_key, stanzas)), AgeError);
}

TEST(AgeHeader, GivesBackWhatFollows) {
    const Bytes header = make_age_header({}, std::vector{AgeStanza{{"x"}, {}}});
    Bytes file = header;
    append(file, as_bytes("payload\n"));
    AgeHeaderReader reader;
    EXPECT_EQ(as_text(reader.write(file)), "payload\n");
    EXPECT_EQ(as_text(reader.write(as_bytes("more"))), "more");
}

TEST(AgeHeader, SizeIsLimited) {
    const std::vector<AgeStanza> too_many(4000, AgeStanza{{"X25519", std::string(43, 'A')}, Bytes(32)});
    EXPECT_THROW((void)make_age_header({}, too_many), Error);
    AgeHeaderReader one_line;
    EXPECT_TRUE(one_line.write(as_bytes("age-encryption.org/v1\n-> x ")).empty());
    EXPECT_THROW((void)one_line.write(Bytes(age_header_limit, 'a')), AgeError);
    AgeHeaderReader many_stanzas;
    EXPECT_TRUE(many_stanzas.write(as_bytes("age-encryption.org/v1\n")).empty());
    EXPECT_THROW(
        {
            for (std::size_t i = 0; i < age_header_limit; ++i)
                (void)many_stanzas.write(as_bytes("-> x\n\n"));
        },
        AgeError);
}

TEST(AgeArmor, RoundTripAtEverySizeAroundALine) {
    std::mt19937 random(4);
    for (std::size_t size = 0; size <= 200; ++size) {
        Bytes bytes(size);
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(random());
        std::string text;
        ArmorWriter writer([&](ByteView part) { text += as_text(part); });
        const std::size_t cut = size == 0 ? 0 : random() % size;
        writer.write(ByteView(bytes).first(cut));
        writer.write(ByteView(bytes).subspan(cut));
        writer.finish();
        for (const std::size_t piece : {1U, 7U, 1000U}) {
            Bytes back;
            ArmorReader reader([&](ByteView part) { append(back, part); });
            for (std::size_t at = 0; at < text.size(); at += piece) {
                reader.write(as_bytes(std::string_view(text).substr(at, piece)));
            }
            reader.finish();
            EXPECT_EQ(back, bytes) << size;
        }
    }
}

TEST(AgeArmor, RefusesWhatNoEncoderWrites) {
    const std::string begin = "-----BEGIN AGE ENCRYPTED FILE-----\n";
    const std::string end = "-----END AGE ENCRYPTED FILE-----\n";
    const std::string line(64, 'A');
    const auto read = [](const std::string& text) {
        ArmorReader reader([](ByteView) {});
        reader.write(as_bytes(text));
        reader.finish();
    };
    for (const std::string& good : {begin + end, begin + line + "\n" + end, " \r\n\t" + begin + "AA==\n" + end + "\n ",
                                    begin + line + "\r\n" + end}) {
        EXPECT_NO_THROW(read(good)) << good;
    }
    for (const std::string& bad :
         {std::string(), begin, begin + line + "\n", begin + line, begin + "\n" + end, begin + line + "\n\n" + end,
          begin + "AA==\nAA==\n" + end, begin + "AAAA\n" + line + "\n" + end, begin + line + "A\n" + end,
          begin + line + "AAAA\n" + end, begin + "AB==\n" + end, begin + "AA\n" + end, begin + "AA== \n" + end,
          begin + line + "\r\r\n" + end, begin + end + "x", "x" + begin + end, begin + "Version: 1\n\n" + end,
          begin + "AA==\n=twTO\n" + end, begin + begin + end}) {
        EXPECT_THROW(read(bad), AgeError) << bad;
    }
}

}  // namespace
}  // namespace msh::crypto
