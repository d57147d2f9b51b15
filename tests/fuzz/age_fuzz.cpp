// Bytes from anyone, read as an age file, its header, its armor and its payload: what is taken has one spelling, and
// the outcome does not depend on how the bytes were cut into pieces. Built with -fsanitize=fuzzer,address; run as
// `age_fuzz tests/fuzz/corpus/age`.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "crypto/age.hpp"
#include "crypto/age_armor.hpp"
#include "crypto/age_header.hpp"

namespace {

using namespace msh;
using namespace msh::crypto;

void require(bool holds) {
    if (!holds) std::abort();
}

// The keys of the corpus: an identity of 32 bytes of 7, a file key of 16 bytes of 7, the passphrase "fuzz".
template <std::size_t N>
SecretArray<N> sevens() {
    std::array<std::uint8_t, N> bytes{};
    bytes.fill(7);
    return SecretArray<N>(std::span<const std::uint8_t, N>(bytes));
}
const std::vector identities{AgeIdentity{sevens<32>()}};
const FileKey file_key = sevens<16>();
const SecretBytes passphrase{'f', 'u', 'z', 'z'};

struct Outcome {
    Bytes out;
    std::optional<AgeFailure> failure;
    bool operator==(const Outcome&) const = default;
};

// `make` makes a reader that pushes into the given sink.
template <typename Make>
Outcome read(const Make& make, ByteView input, std::size_t piece) {
    Outcome outcome;
    try {
        auto reader = make([&](ByteView part) { append(outcome.out, part); });
        for (ByteView rest = input; !rest.empty(); rest = rest.subspan(std::min(piece, rest.size()))) {
            reader.write(rest.first(std::min(piece, rest.size())));
        }
        reader.finish();
    } catch (const AgeError& error) {
        outcome.failure = error.failure();
    }
    return outcome;
}

template <typename Make>
Outcome read_both_ways(const Make& make, ByteView input) {
    const Outcome whole = read(make, input, SIZE_MAX);
    const std::size_t piece = input.empty() ? 1 : 1 + input.back() % 100U;
    require(whole == read(make, input, piece));
    return whole;
}

void read_armor(ByteView input) {
    const Outcome outcome = read_both_ways([](const Sink& sink) { return ArmorReader(sink); }, input);
    if (outcome.failure) return;
    std::string written;
    ArmorWriter writer([&](ByteView part) { written += as_text(part); });
    writer.write(outcome.out);
    writer.finish();
    std::string text(as_text(input));
    std::erase(text, '\r');
    const auto first = text.find_first_not_of(" \t\n");
    const auto last = text.find_last_not_of(" \t\n");
    require(text.substr(first, last - first + 1) + "\n" == written);
}

void read_header(ByteView input) try {
    AgeHeaderReader reader;
    const ByteView rest = reader.write(input);
    reader.finish();
    const std::string_view text = as_text(input.first(input.size() - rest.size()));
    const AgeHeader& header = reader.header();
    require(text == std::string(as_text(header.authenticated)) + " " + to_base64(header.mac, Padding::no) + "\n");
    // Written again under any key, everything but the MAC is the same.
    const Bytes again = make_age_header(file_key, header.stanzas);
    require(as_text(again).starts_with(as_text(header.authenticated)));
} catch (const AgeError&) {
    return;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input(data, size);
    read_both_ways([](const Sink& sink) { return AgeDecryptor(identities, sink); }, input);
    read_both_ways([](const Sink& sink) { return AgeDecryptor(passphrase, sink, 1, 4); }, input);
    const Outcome payload = read_both_ways([](const Sink& sink) { return StreamOpener(file_key, sink); }, input);
    require(payload.failure || payload_size(payload.out.size()) == input.size());
    read_armor(input);
    read_header(input);
    return 0;
}
