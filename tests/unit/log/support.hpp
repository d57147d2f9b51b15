// What the tests of a log share: a signer, leaves anyone can compute again, and a log of any size.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "log/checkpoint.hpp"
#include "log/key.hpp"

namespace msh::log::test {

inline constexpr const char* origin = "example.org/log";

[[nodiscard]] Key seed(std::uint8_t number);
[[nodiscard]] Signer signer(std::uint8_t number = 1);
// Trusts signer(1) and nobody else.
[[nodiscard]] Trust trust();

// The data of the leaves [begin, end) of one of many possible logs.
[[nodiscard]] std::vector<Digest> leaves(std::uint64_t begin, std::uint64_t end, std::uint8_t variant = 0);
[[nodiscard]] std::vector<Digest> leaf_hashes(const std::vector<Digest>& leaves);

// A cosignature line of a witness with this seed.
[[nodiscard]] VerifierKey witness(const std::string& name, std::uint8_t number);
[[nodiscard]] std::string cosignature(const std::string& name, std::uint8_t number, const std::string& text,
                                      std::uint64_t time);

[[nodiscard]] std::string read_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& text);
// The files of a folder at any depth, relative to it, in order; partial files too.
[[nodiscard]] std::vector<std::string> files_in(const std::filesystem::path& folder);

}  // namespace msh::log::test
