#include "log/proof.hpp"

#include <utility>

#include "base/encoding.hpp"
#include "log/lines.hpp"
#include "log/note.hpp"
#include "merkle/hash.hpp"
#include "merkle/proof.hpp"

namespace msh::log {
namespace {

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_start = "extra ";
constexpr std::string_view index_start = "index ";
constexpr std::size_t max_hashes = 63;  // a path in a tree of 2^63 leaves
constexpr std::size_t max_proof_size = 2 * max_note_size;

}  // namespace

std::string format_proof(const Proof& proof) {
    std::string out(first_line);
    out += '\n';
    if (proof.extra) out += std::string(extra_start) + to_base64(*proof.extra) + '\n';
    out += std::string(index_start) + std::to_string(proof.index) + '\n';
    for (const Digest& hash : proof.hashes)
        out += to_base64(hash) + '\n';
    return out + '\n' + proof.checkpoint;
}

std::optional<Proof> parse_proof(std::string_view text) {
    if (text.size() > max_proof_size || take_line(text) != first_line) return std::nullopt;
    Proof out;
    auto line = take_line(text);
    if (line && line->starts_with(extra_start)) {
        out.extra = from_base64(line->substr(extra_start.size()));
        if (!out.extra) return std::nullopt;
        line = take_line(text);
    }
    if (!line || !line->starts_with(index_start)) return std::nullopt;
    const auto index = parse_decimal(line->substr(index_start.size()));
    if (!index) return std::nullopt;
    out.index = *index;

    for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
        const auto hash = parse_hash(*line);
        if (!hash || out.hashes.size() == max_hashes) return std::nullopt;
        out.hashes.push_back(*hash);
    }
    if (!line) return std::nullopt;
    out.checkpoint = text;
    return out;
}

std::variant<VerifiedProof, Fault> ProofVerifier::verify(std::string_view proof, ByteView leaf_data) {
    const auto parsed = parse_proof(proof);
    if (!parsed) return Fault::malformed_proof;
    if (!last_ || last_->note != parsed->checkpoint) {
        auto verified = verify_checkpoint(parsed->checkpoint, trust_);
        if (const Fault* fault = std::get_if<Fault>(&verified)) return *fault;
        last_ = std::get<SignedCheckpoint>(std::move(verified));
    }
    if (!merkle::verify_inclusion(merkle::leaf_hash(leaf_data), parsed->index, last_->size, parsed->hashes,
                                  last_->root)) {
        return Fault::not_included;
    }
    return VerifiedProof{parsed->index, *last_};
}

}  // namespace msh::log
