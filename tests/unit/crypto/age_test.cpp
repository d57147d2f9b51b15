#include "crypto/age.hpp"

#include <algorithm>
#include <cctype>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "crypto/random.hpp"

namespace msh::crypto {
namespace {

// Made with the age program, version 1.1.1, for this test.
constexpr std::string_view own_identity = "AGE-SECRET-KEY-1TCXHLCPV0Q2TE7H9TMSE3MKFL07PM8V2M86NFYQFRUL2W3ET9C8SYE3RZF";
constexpr std::string_view own_recipient = "age19x9wt0vm3pz0hc5vcm3dl7cpqjcwh5wppm7v8wg75qq6je40le7sxdjqmu";
constexpr std::string_view own_plain = "What is written by age must be read here.\n";
constexpr std::string_view own_file =
    "-----BEGIN AGE ENCRYPTED FILE-----\n"
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSA1MjJHM2ozd0dUZ3BySzJ2\n"
    "cklwV3VBLzlEZWVNZk5vSGduQlp6WjVPZ1RNCkpXcHl1YVgrZElkNWplWmVjaU03\n"
    "ckxrOWtpTCtRbm1VZnM2dDdrb1Iwek0KLS0tIFNyaUYwVmMrNDczQytqdFRaTWJ2\n"
    "Rnl6SjRpcHZmeG9VdGFIVzFHcGtyencKZ9/1T+u+TrBqiH4AIMl/hJI0CxNEv5Dq\n"
    "ql1yDDzHjaXuhaCpbPPclOREIsbv5e+7OtImY2c29fsJ1G1nPm6sgRMqoNlcXp7k\n"
    "Q+g=\n"
    "-----END AGE ENCRYPTED FILE-----\n";
constexpr std::string_view own_passphrase = "correct horse";
constexpr std::string_view own_passphrase_file =
    "-----BEGIN AGE ENCRYPTED FILE-----\n"
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBsSGdMWDFXK2MreGswLzlM\n"
    "UVRyVVVnIDE4CklEYVdaMWlocUhDbnpOZkN5aFJxTEEreko3bHBlQW8rdktSK2ZQ\n"
    "WlpnQVEKLS0tIHhQTG1LaXI1S3J0WUlvd1ZLdmJFelVDZ3lEVzVDU2lmYXErK1p2\n"
    "WVJyckkKWXLnj/tLcGLlGnA3UxglbQTpyJrp9G10ykzaPsffvwZF5F/zXnbG+Hma\n"
    "3VpvH7trngvTHt6fcLcMUaz1JPdhghx1EkwOCKGobMA=\n"
    "-----END AGE ENCRYPTED FILE-----\n";

SecretBytes secret(std::string_view text) {
    return {text.begin(), text.end()};
}

struct Result {
    std::string plain;
    std::optional<AgeFailure> failure;
};

Result run(AgeDecryptor decryptor, ByteView file, std::size_t piece, Result& result) {
    try {
        for (; !file.empty(); file = file.subspan(std::min(piece, file.size()))) {
            decryptor.write(file.first(std::min(piece, file.size())));
        }
        decryptor.finish();
    } catch (const AgeError& error) {
        result.failure = error.failure();
    }
    return result;
}

Result decrypt(ByteView file, const std::vector<AgeIdentity>& identities, std::size_t piece = SIZE_MAX) {
    Result result;
    return run({identities, [&](ByteView part) { result.plain += as_text(part); }}, file, piece, result);
}

Result decrypt(ByteView file, std::string_view passphrase, std::size_t piece = SIZE_MAX) {
    Result result;
    return run({secret(passphrase), [&](ByteView part) { result.plain += as_text(part); }}, file, piece, result);
}

Bytes encrypt(std::string_view plain, const std::vector<AgeRecipient>& recipients, AgeOptions options = {}) {
    Bytes file;
    AgeEncryptor encryptor(
        recipients, [&](ByteView part) { append(file, part); }, options);
    encryptor.write(as_bytes(plain));
    encryptor.finish();
    return file;
}

Bytes encrypt(std::string_view plain, std::string_view passphrase, AgeOptions options) {
    Bytes file;
    AgeEncryptor encryptor(
        secret(passphrase), [&](ByteView part) { append(file, part); }, options);
    encryptor.write(as_bytes(plain));
    encryptor.finish();
    return file;
}

TEST(AgeKeys, TextForms) {
    const auto identity = AgeIdentity::parse(own_identity);
    ASSERT_TRUE(identity);
    EXPECT_EQ(as_text(identity->text()), own_identity);
    EXPECT_EQ(identity->recipient().text(), own_recipient);
    const auto recipient = AgeRecipient::parse(own_recipient);
    ASSERT_TRUE(recipient);
    EXPECT_EQ(*recipient, identity->recipient());
    EXPECT_NE(AgeIdentity::generate().recipient(), *recipient);
}

TEST(AgeKeys, RefusesOtherSpellings) {
    std::string upper(own_recipient);
    std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
    std::string lower(own_identity);
    std::ranges::transform(lower, lower.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    for (const std::string& bad : {upper, std::string(own_recipient) + " ", std::string(own_recipient.substr(1)),
                                   std::string(own_recipient.substr(0, 61)), std::string(), std::string("age1"),
                                   std::string(own_identity), to_bech32("age", Bytes(31)), to_bech32("age", Bytes(33)),
                                   to_bech32("age1pq", Bytes(32)), to_bech32("ag", Bytes(32))}) {
        EXPECT_FALSE(AgeRecipient::parse(bad)) << bad;
    }
    for (const std::string& bad : {lower, std::string(own_recipient), std::string(own_identity) + "\n", std::string(),
                                   std::string(own_identity.substr(0, 60))}) {
        EXPECT_FALSE(AgeIdentity::parse(bad)) << bad;
    }
}

TEST(Age, ReadsFilesOfTheAgeProgram) {
    const auto identity = AgeIdentity::parse(own_identity);
    for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{65}}) {
        const Result result = decrypt(as_bytes(own_file), std::vector{*identity}, piece);
        EXPECT_FALSE(result.failure);
        EXPECT_EQ(result.plain, own_plain);
    }
    const Result result = decrypt(as_bytes(own_passphrase_file), own_passphrase);
    EXPECT_FALSE(result.failure);
    EXPECT_EQ(result.plain, own_plain);
}

TEST(Age, RoundTripToEachOfSeveralRecipients) {
    std::vector<AgeIdentity> identities(3);
    std::vector<AgeRecipient> recipients;
    for (auto& identity : identities) {
        identity = AgeIdentity::generate();
        recipients.push_back(identity.recipient());
    }
    for (const std::size_t size : {0U, 1U, 65536U, 3000000U}) {
        const std::string plain(size, 'p');
        for (const bool armor : {false, true}) {
            const Bytes file = encrypt(plain, recipients, {.armor = armor, .threads = 2});
            for (const AgeIdentity& identity : identities) {
                const Result result = decrypt(file, std::vector{AgeIdentity::generate(), identity}, 10007);
                EXPECT_FALSE(result.failure);
                EXPECT_TRUE(result.plain == plain);
            }
            EXPECT_EQ(decrypt(file, std::vector{AgeIdentity::generate()}).failure, AgeFailure::no_match);
            EXPECT_EQ(decrypt(file, std::vector<AgeIdentity>()).failure, AgeFailure::no_match);
            EXPECT_EQ(decrypt(file, "passphrase").failure, AgeFailure::no_match);
        }
    }
}

TEST(Age, RoundTripUnderAPassphrase) {
    const Bytes file = encrypt("text", "long enough", {.work_factor = 5});
    EXPECT_EQ(decrypt(file, "long enough").plain, "text");
    EXPECT_EQ(decrypt(file, "long enougH").failure, AgeFailure::no_match);
    EXPECT_EQ(decrypt(file, std::vector{AgeIdentity::generate()}).failure, AgeFailure::no_match);
    EXPECT_THROW(encrypt("text", "", {.work_factor = 5}), Error);
    EXPECT_THROW(encrypt("text", "x", {.work_factor = 23}), Error);
    EXPECT_THROW(encrypt("text", "x", {.work_factor = 0}), Error);
}

TEST(Age, HeaderMadeLaterFitsThePayload) {
    FileKey file_key;
    fill_random(file_key.writable());
    Bytes payload;
    StreamSealer sealer(file_key, [&](ByteView part) { append(payload, part); });
    sealer.write(as_bytes("image"));
    sealer.finish();
    const AgeIdentity identity = AgeIdentity::generate();
    Bytes file = age_header(file_key, std::vector{identity.recipient()});
    append(file, payload);
    EXPECT_EQ(decrypt(file, std::vector{identity}).plain, "image");

    FileKey other = file_key;
    other.writable()[0] ^= 1;
    Bytes wrong = age_header(other, std::vector{identity.recipient()});
    append(wrong, payload);
    EXPECT_EQ(decrypt(wrong, std::vector{identity}).failure, AgeFailure::payload);
}

TEST(Age, NeedsARecipientWithAUsableKey) {
    EXPECT_THROW((void)age_header({}, {}), Error);
    EXPECT_THROW((void)age_header({}, std::vector{AgeRecipient{}}), Error);
}

TEST(Age, EveryChangedHeaderByteIsNoticed) {
    const AgeIdentity identity = AgeIdentity::generate();
    const Bytes file = encrypt("x", std::vector{identity.recipient()});
    const std::size_t header_size = file.size() - payload_size(1);
    for (std::size_t at = 0; at < file.size(); ++at) {
        Bytes changed = file;
        changed[at] ^= 4;
        const Result result = decrypt(changed, std::vector{identity});
        ASSERT_TRUE(result.failure) << at;
        EXPECT_EQ(*result.failure == AgeFailure::payload, at >= header_size) << at;
        EXPECT_TRUE(result.plain.empty());
    }
}

TEST(Age, EveryCutIsNoticed) {
    const AgeIdentity identity = AgeIdentity::generate();
    for (const bool armor : {false, true}) {
        const Bytes file = encrypt("x", std::vector{identity.recipient()}, {.armor = armor});
        for (std::size_t size = 0; size + 1 < file.size(); ++size) {
            const Result result = decrypt(ByteView(file).first(size), std::vector{identity});
            EXPECT_TRUE(result.failure) << size;
            EXPECT_TRUE(result.plain.empty());
        }
    }
}

TEST(Age, TellsWhatIsNoAgeFile) {
    for (const std::string_view text :
         {"", "a", "age", "hello\n", "age-encryption.com/v1\n", "\n\nage-encryption.org/v1\n", " ", "DICM"}) {
        EXPECT_EQ(decrypt(as_bytes(text), std::vector{AgeIdentity::generate()}).failure, AgeFailure::not_age) << text;
    }
    for (const std::string_view text : {"age-encryption.org/v2\n", "age-encryption.org/v1", "age-encryption.org/v1\n",
                                        "age-encryption.org/v1\n--- AAAA\n"}) {
        EXPECT_EQ(decrypt(as_bytes(text), std::vector{AgeIdentity::generate()}).failure, AgeFailure::header) << text;
    }
    EXPECT_EQ(decrypt(as_bytes("-----BEGIN CERTIFICATE-----\n"), std::vector{AgeIdentity::generate()}).failure,
              AgeFailure::armor);
}

// As armor_garbage_leading of age's test vectors: it is armor, and bad.
TEST(Age, TextInFrontOfArmorIsBadArmor) {
    const AgeIdentity identity = AgeIdentity::generate();
    const Bytes file = encrypt("x", std::vector{identity.recipient()}, {.armor = true});
    for (const std::string_view front : {"garbage\n", "\xef\xbb\xbf", "\n age\n", "age-encryption.com/v1\n"}) {
        std::string text(front);
        text += as_text(file);
        for (const std::size_t piece : {SIZE_MAX, std::size_t{7}, std::size_t{1}}) {
            const Result result = decrypt(as_bytes(text), std::vector{identity}, piece);
            EXPECT_EQ(result.failure, AgeFailure::armor) << front << ' ' << piece;
            EXPECT_TRUE(result.plain.empty());
        }
    }
    const std::string far(10000, 'x');
    EXPECT_EQ(decrypt(as_bytes(far + std::string(as_text(file))), std::vector{identity}, 100).failure,
              AgeFailure::not_age);
}

// A stanza opens, so the header was parsed and the file is for the identity: that is neither a bad header nor no match.
TEST(Age, AMacThatDoesNotFitIsTold) {
    const AgeIdentity identity = AgeIdentity::generate();
    const Bytes good = encrypt("x", std::vector{identity.recipient()});
    std::string text(as_text(good));
    const std::size_t mac = text.find("\n--- ") + 5;
    text[mac] = text[mac] == 'A' ? 'B' : 'A';
    EXPECT_EQ(decrypt(as_bytes(text), std::vector{identity}).failure, AgeFailure::mac);
    EXPECT_EQ(decrypt(as_bytes(text), std::vector{AgeIdentity::generate()}).failure, AgeFailure::no_match);
    // Stanzas that were put in are authenticated as well.
    std::string more(as_text(good));
    more.insert(more.find('\n') + 1, "-> other\n\n");
    EXPECT_EQ(decrypt(as_bytes(more), std::vector{identity}).failure, AgeFailure::mac);
    const Bytes under_passphrase = encrypt("x", "words", {.work_factor = 1});
    std::string changed(as_text(under_passphrase));
    const std::size_t place = changed.find("\n--- ") + 5;
    changed[place] = changed[place] == 'A' ? 'B' : 'A';
    EXPECT_EQ(decrypt(as_bytes(changed), "words").failure, AgeFailure::mac);
}

}  // namespace
}  // namespace msh::crypto
