// The public test vectors of the age format, by the rule of the folder they come in: `key: value` lines, an empty line,
// then the file, perhaps compressed.
#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <zlib.h>

#include "base/encoding.hpp"
#include "crypto/age.hpp"
#include "crypto/hash.hpp"
#include "support/temporary_folder.hpp"

namespace msh::crypto {
namespace {

struct Vector {
    std::multimap<std::string, std::string> fields;
    Bytes file;

    [[nodiscard]] std::string field(const std::string& name) const {
        const auto found = fields.find(name);
        return found == fields.end() ? "" : found->second;
    }
};

Bytes inflated(const Bytes& compressed) {
    Bytes plain(std::size_t{64} << 20);
    uLongf size = plain.size();
    if (::uncompress(plain.data(), &size, compressed.data(), compressed.size()) != Z_OK) {
        ADD_FAILURE() << "cannot decompress";
        return {};
    }
    plain.resize(size);
    return plain;
}

Vector read_vector(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    Vector vector;
    for (std::string line; std::getline(stream, line) && !line.empty();) {
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos) {
            ADD_FAILURE() << path << ": " << line;
            continue;
        }
        vector.fields.emplace(line.substr(0, colon), line.substr(colon + 2));
    }
    vector.file.assign(std::istreambuf_iterator<char>(stream), {});
    if (vector.field("compressed") == "zlib") vector.file = inflated(vector.file);
    return vector;
}

bool has_unknown_field(const Vector& vector) {
    static const std::set<std::string> known{"expect",  "payload",  "identity", "passphrase",
                                             "armored", "file key", "comment",  "compressed"};
    return std::ranges::any_of(vector.fields, [](const auto& field) { return !known.contains(field.first); });
}

std::string outcome(AgeFailure failure) {
    switch (failure) {
        case AgeFailure::not_age:
        case AgeFailure::header:
            return "header failure";
        case AgeFailure::armor:
            return "armor failure";
        case AgeFailure::mac:
            return "HMAC failure";
        case AgeFailure::no_match:
            return "no match";
        case AgeFailure::payload:
            return "payload failure";
    }
    return "";
}

// Identities of other types than X25519 are not ours to hold.
AgeDecryptor decryptor_for(const Vector& vector, const Sink& sink, unsigned threads) {
    if (const std::string passphrase = vector.field("passphrase"); !passphrase.empty()) {
        return {SecretBytes(passphrase.begin(), passphrase.end()), sink, threads};
    }
    std::vector<AgeIdentity> identities;
    const auto [begin, end] = vector.fields.equal_range("identity");
    for (auto field = begin; field != end; ++field) {
        if (const auto identity = AgeIdentity::parse(field->second)) identities.push_back(*identity);
    }
    return {identities, sink, threads};
}

struct Result {
    std::string outcome = "success";
    Bytes plain;
};

Result decrypt(const Vector& vector, std::size_t piece, unsigned threads) {
    Result result;
    AgeDecryptor decryptor = decryptor_for(
        vector, [&](ByteView part) { append(result.plain, part); }, threads);
    try {
        for (ByteView rest = vector.file; !rest.empty(); rest = rest.subspan(std::min(piece, rest.size()))) {
            decryptor.write(rest.first(std::min(piece, rest.size())));
        }
        decryptor.finish();
    } catch (const AgeError& error) {
        result.outcome = outcome(error.failure());
    }
    return result;
}

// Only the holder of an ML-KEM identity can tell what is wrong with, or right in, its stanza.
bool needs_ml_kem(const Vector& vector) {
    const auto [begin, end] = vector.fields.equal_range("identity");
    return begin != end &&
           std::all_of(begin, end, [](const auto& field) { return field.second.starts_with("AGE-SECRET-KEY-PQ-"); });
}

TEST(AgeVectors, AllByTheirRule) {
    const auto folder = test::vectors("age");
    if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no folder of test vectors";
    int passed = 0;
    int refused = 0;
    int ignored = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const Vector vector = read_vector(entry.path());
        if (has_unknown_field(vector)) {
            ++ignored;
            continue;
        }
        SCOPED_TRACE(entry.path().filename());
        const bool foreign = needs_ml_kem(vector);
        const std::string expected = foreign ? "no match" : vector.field("expect");
        bool good = true;
        for (const std::size_t piece : {SIZE_MAX, std::size_t{1000}, std::size_t{1}}) {
            if (piece == 1 && vector.file.size() > 4096) continue;
            for (const unsigned threads : {1U, 2U}) {
                const Result result = decrypt(vector, piece, threads);
                const bool as_expected =
                    result.outcome == expected || (foreign && result.outcome == vector.field("expect"));
                good = good && as_expected;
                EXPECT_TRUE(as_expected) << result.outcome << " instead of " << expected;
                if (foreign || vector.field("payload").empty()) {
                    good = good && result.plain.empty();
                    EXPECT_TRUE(result.plain.empty());
                } else {
                    good = good && to_hex(sha256(result.plain)) == vector.field("payload");
                    EXPECT_EQ(to_hex(sha256(result.plain)), vector.field("payload"));
                }
            }
        }
        if (good) ++(foreign ? refused : passed);
    }
    std::cout << "age vectors: " << passed << " passed, " << refused << " that need ML-KEM refused, " << ignored
              << " ignored\n";
    EXPECT_GT(passed, 0);
}

}  // namespace
}  // namespace msh::crypto
