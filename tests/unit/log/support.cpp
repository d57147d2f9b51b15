#include "unit/log/support.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/encoding.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/hash.hpp"
#include "merkle/hash.hpp"

namespace msh::log::test {
namespace fs = std::filesystem;

Key seed(std::uint8_t number) {
    Key key;
    std::fill(key.writable().begin(), key.writable().end(), number);
    return key;
}

Signer signer(std::uint8_t number) {
    return Signer(origin, seed(number));
}

Trust trust() {
    return {signer().verifier(), {}};
}

std::vector<Digest> leaves(std::uint64_t begin, std::uint64_t end, std::uint8_t variant) {
    std::vector<Digest> out;
    for (std::uint64_t i = begin; i < end; ++i) {
        std::array<std::uint8_t, 9> name{variant};
        store_big_endian(i, MutableBytes(name).subspan(1));
        out.push_back(crypto::sha256(name));
    }
    return out;
}

std::vector<Digest> leaf_hashes(const std::vector<Digest>& leaves) {
    std::vector<Digest> out;
    for (const Digest& leaf : leaves)
        out.push_back(merkle::leaf_hash(leaf));
    return out;
}

VerifierKey witness(const std::string& name, std::uint8_t number) {
    return {name, KeyType::cosignature, crypto::ed25519_public(seed(number))};
}

std::string cosignature(const std::string& name, std::uint8_t number, const std::string& text, std::uint64_t time) {
    Bytes blob(12);
    store_big_endian(witness(name, number).id(), MutableBytes(blob).first(4));
    store_big_endian(time, MutableBytes(blob).subspan(4));
    const std::string message = "cosignature/v1\ntime " + std::to_string(time) + "\n" + text;
    append(blob, crypto::ed25519_sign(seed(number), as_bytes(message)));
    return "\u2014 " + name + " " + to_base64(blob) + "\n";
}

std::string read_text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_text(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

std::vector<std::string> files_in(const fs::path& folder) {
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_directory()) out.push_back(fs::relative(entry.path(), folder).string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace msh::log::test
