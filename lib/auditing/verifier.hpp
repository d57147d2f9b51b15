// Checks everything that records claim, a batch at a time, and counts what came of it.
//
//     Verifier verifier(payloads, logs, proofs);
//     for (const Verifier::Result& result : verifier.verify(objects)) ... record::to_json(result.verdict)
//
// What is wrong with a record is its verdict, not an Error. Throws the Errors of LogSet and storage::PayloadChecker,
// and Error (failed) if a proof cannot be written, as on a full disk; each ends the run.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "auditing/log_set.hpp"
#include "auditing/proof_folder.hpp"
#include "base/error.hpp"
#include "record/object.hpp"
#include "record/verdict.hpp"
#include "storage/payload_checker.hpp"

namespace msh::auditing {

class Verifier {
  public:
    // All must outlive it. With a folder, the proof of each leaf that is included is written there.
    Verifier(storage::PayloadChecker& payloads, LogSet& logs, ProofFolder* proofs)
        : payloads_(payloads), logs_(logs), proofs_(proofs) {}

    struct Result {
        record::Verdict verdict;
        std::optional<Error> error{};  // set (kind `input`) if the name of its proof was taken
    };
    [[nodiscard]] std::vector<Result> verify(std::span<const record::Object* const> objects);

    [[nodiscard]] bool all_ok() const noexcept { return all_ok_; }
    [[nodiscard]] bool checked_any() const noexcept { return checked_any_; }
    [[nodiscard]] bool saw_checkpoint() const noexcept { return saw_checkpoint_; }
    // The names of the first few logs that were missing; at most 4.
    [[nodiscard]] const std::set<std::string>& missed_logs() const noexcept { return missed_logs_; }

  private:
    [[nodiscard]] Result judge(const record::Object& object, const std::string& payload);
    [[nodiscard]] bool write_proof(const record::Object& object);
    void count(const record::Verdict& verdict);

    storage::PayloadChecker& payloads_;
    LogSet& logs_;
    ProofFolder* proofs_;
    bool all_ok_ = true;
    bool checked_any_ = false;
    bool saw_checkpoint_ = false;
    std::set<std::string> missed_logs_;
};

}  // namespace msh::auditing
