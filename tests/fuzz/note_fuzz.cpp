// Feeds arbitrary bytes to everything in lib/log that reads text from elsewhere: verifier keys, signed notes,
// checkpoints and proofs. What is accepted must come back byte for byte when written again, and no fuzzer finds
// a signature.
//
//     clang++-14 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Ilib -o note_fuzz tests/fuzz/note_fuzz.cpp
//         lib/{base,crypto,merkle,log}/*.cpp -lcrypto -lutf8proc
//     ./note_fuzz -max_total_time=120 NEW_CORPUS tests/fuzz/corpus/note
#include <cstdlib>

#include "log/checkpoint.hpp"
#include "log/key.hpp"
#include "log/note.hpp"
#include "log/proof.hpp"

namespace {

using namespace msh;

void require(bool holds) {
    if (!holds) std::abort();
}

const log::Signer& signer() {
    static const log::Signer signer("example.org/log", Key{});
    return signer;
}

// Of a log whose secret key is not known here.
const log::Trust& others() {
    static const log::Trust trust{
        log::parse_verifier_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k").value(), {}};
    return trust;
}

void read_proof(std::string_view text) {
    const auto proof = log::parse_proof(text);
    if (proof) require(log::format_proof(*proof) == text);
    require(std::holds_alternative<log::Fault>(log::ProofVerifier(others()).verify(text, {})));
    require(std::holds_alternative<log::Fault>(log::verify_checkpoint(text, others())));
}

// The text as a checkpoint that its log did sign.
void read_signed(std::string_view text) {
    if (!text.ends_with('\n')) return;
    const auto checkpoint = log::parse_checkpoint(text);
    if (checkpoint) require(text.starts_with(log::format_checkpoint(*checkpoint)));
    const std::string note = signer().sign(text);
    const auto parsed = log::parse_note(note);
    if (!parsed) return;
    require(parsed->text == text);
    require(log::signature_by(*parsed, signer().verifier()).state == log::SignatureState::good);
    const auto verified = log::verify_checkpoint(note, {signer().verifier(), {}});
    const bool is_ours = checkpoint && checkpoint->origin == signer().verifier().name;
    require(std::holds_alternative<log::SignedCheckpoint>(verified) == is_ours);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text({data, size});
    if (const auto key = log::parse_verifier_key(text)) require(key->text() == text);
    if (const auto note = log::parse_note(text)) require(note->text.size() < text.size());
    read_proof(text);
    read_signed(text);
    return 0;
}
