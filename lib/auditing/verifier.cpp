#include "auditing/verifier.hpp"

#include <cstddef>

#include "custodian/anchoring.hpp"

namespace msh::auditing {
namespace {

constexpr std::size_t max_missed_logs = 4;

}  // namespace

std::vector<Verifier::Result> Verifier::verify(std::span<const record::Object* const> objects) {
    // Not before there are records: in a pipeline the programs before this one may have to make the own log first.
    logs_.begin_batch();
    const std::vector<std::string> payloads = payloads_.check(objects);
    std::vector<Result> results;
    results.reserve(objects.size());
    for (std::size_t i = 0; i < objects.size(); ++i)
        results.push_back(judge(*objects[i], payloads[i]));
    return results;
}

Verifier::Result Verifier::judge(const record::Object& object, const std::string& payload) {
    Result result;
    result.verdict.id = object.id;
    result.verdict.payload = payload;
    logs_.check(object, result.verdict);
    if (result.verdict.log == "included" && !write_proof(object)) {
        result.error = Error(ErrorKind::input, "the name of its proof is already taken");
    }
    count(result.verdict);
    return result;
}

// False where the proof of another object of that id was written.
bool Verifier::write_proof(const record::Object& object) {
    if (proofs_ == nullptr) return true;
    const Digest leaf = custodian::leaf_data(object);
    const auto proof = logs_.proof(*object.anchor, leaf);
    return !proof || proofs_->write(object.id, leaf, *proof);
}

void Verifier::count(const record::Verdict& verdict) {
    checked_any_ = true;
    all_ok_ = all_ok_ && verdict.ok();
    saw_checkpoint_ = saw_checkpoint_ || verdict.size;
    if (verdict.log == "unknown-log" && missed_logs_.size() < max_missed_logs) missed_logs_.insert(*verdict.origin);
}

}  // namespace msh::auditing
