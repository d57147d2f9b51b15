// The proofs of the public vectors (transparency-dev/merkle): each file is an inclusion or a consistency proof, and
// says whether it must be refused.
#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/encoding.hpp"
#include "merkle/proof.hpp"
#include "support/temporary_folder.hpp"

namespace msh::merkle {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Some files hold bytes of another length where a hash should be: nothing.
std::optional<Digest> hash_of(const json& text) {
    const auto bytes = from_base64(text.get<std::string>());
    Digest out{};
    if (!bytes || bytes->size() != out.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
}

std::optional<std::vector<Digest>> proof_of(const json& list) {
    std::vector<Digest> out;
    for (const json& item : list) {
        const auto hash = hash_of(item);
        if (!hash) return std::nullopt;
        out.push_back(*hash);
    }
    return out;
}

bool accepts(const json& test) {
    const auto proof = proof_of(test.at("proof"));
    if (!proof) return false;
    if (test.contains("leafIdx")) {
        const auto leaf = hash_of(test.at("leafHash"));
        const auto root = hash_of(test.at("root"));
        return leaf && root &&
               verify_inclusion(*leaf, test.at("leafIdx").get<std::uint64_t>(),
                                test.at("treeSize").get<std::uint64_t>(), *proof, *root);
    }
    // One good file has the same words for both roots: whatever hash they stand for, it is one.
    const bool same_roots = test.at("root1") == test.at("root2");
    const auto root1 = same_roots ? Digest{} : hash_of(test.at("root1"));
    const auto root2 = same_roots ? Digest{} : hash_of(test.at("root2"));
    return root1 && root2 &&
           verify_consistency(test.at("size1").get<std::uint64_t>(), test.at("size2").get<std::uint64_t>(), *proof,
                              *root1, *root2);
}

TEST(MerkleVectors, AllPass) {
    const fs::path folder = test::vectors("merkle");
    if (!fs::is_directory(folder)) GTEST_SKIP() << "no vectors in " << folder;
    int files = 0;
    int refused = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        std::ifstream file(entry.path());
        const json test = json::parse(file);
        const bool must_be_refused = test.at("wantErr").get<bool>();
        EXPECT_EQ(accepts(test), !must_be_refused) << entry.path();
        ++files;
        refused += must_be_refused ? 1 : 0;
    }
    EXPECT_GT(refused, 0);
    EXPECT_GT(files, refused);
    if (!HasFailure())
        std::cout << "merkle vectors: " << files << " files passed, " << refused << " of them by being refused\n";
}

}  // namespace
}  // namespace msh::merkle
