#include "log/checkpoint.hpp"

#include "base/encoding.hpp"
#include "log/lines.hpp"
#include "log/note.hpp"

namespace msh::log {

std::string format_checkpoint(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + to_base64(checkpoint.root) + "\n";
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text) {
    const auto origin = take_line(text);
    const auto size_line = take_line(text);
    const auto root_line = take_line(text);
    if (!origin || origin->empty() || !size_line || !root_line) return std::nullopt;
    const auto size = parse_decimal(*size_line);
    const auto root = parse_hash(*root_line);
    if (!size || !root) return std::nullopt;
    while (!text.empty()) {
        const auto extension = take_line(text);
        if (!extension || extension->empty()) return std::nullopt;
    }
    return Checkpoint{std::string(*origin), *size, *root};
}

std::string_view describe(Fault fault) {
    switch (fault) {
        case Fault::malformed_proof:
            return "not a tlog-proof";
        case Fault::malformed_checkpoint:
            return "not a signed checkpoint";
        case Fault::other_origin:
            return "the checkpoint belongs to another log";
        case Fault::not_signed:
            return "the checkpoint is not signed by the log's key";
        case Fault::bad_signature:
            return "a signature of the checkpoint does not verify";
        case Fault::not_included:
            return "the leaf is not in the checkpoint's tree at that index";
    }
    return "unknown fault";
}

std::variant<SignedCheckpoint, Fault> verify_checkpoint(std::string_view note, const Trust& trust) {
    const auto parsed = parse_note(note);
    const auto checkpoint = parsed ? parse_checkpoint(parsed->text) : std::nullopt;
    if (!checkpoint) return Fault::malformed_checkpoint;
    if (checkpoint->origin != trust.log.name) return Fault::other_origin;

    const SignatureState by_log = signature_by(*parsed, trust.log).state;
    if (by_log == SignatureState::absent) return Fault::not_signed;
    if (by_log == SignatureState::bad) return Fault::bad_signature;

    SignedCheckpoint out{*checkpoint, std::string(note), {}};
    for (const VerifierKey& witness : trust.witnesses) {
        const SignatureBy by_witness = signature_by(*parsed, witness);
        if (by_witness.state == SignatureState::bad) return Fault::bad_signature;
        if (by_witness.state == SignatureState::absent) continue;
        out.cosignatures.push_back({witness.name, by_witness.time});
    }
    return out;
}

}  // namespace msh::log
