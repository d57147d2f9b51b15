// Encrypts files into the run's folder of the spool. Work is done in rounds: the files of a round are parsed in
// parallel, their studies are created in the keystore, and the files are encrypted in parallel. Several rounds form a
// batch, which is synced in the background while the next one is filled. After the sync its objects are committed to
// the keystore and its results are reported (intake/results.hpp).
//
//     Encryptor encryptor(home, keystore, options, results, program);
//     const Counts counts = encryptor.run([&](std::size_t most) { return operands.next(most); });
//
// A file appears under its name in the spool when it is complete. If a file was encrypted twice (it occurred twice, or
// in another process), one payload is removed; what a kill leaves is swept by the next run (custodian::sweep_spool).
// DICOM's dictionary must be loaded (dicom/dictionary.hpp). Any Error ends the run. Files of batches that were
// committed before are not encrypted again by the next run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <future>
#include <span>
#include <vector>

#include "base/file.hpp"
#include "base/program.hpp"
#include "base/secret.hpp"
#include "custodian/home.hpp"
#include "custodian/id_set.hpp"
#include "custodian/run_folder.hpp"
#include "intake/input.hpp"
#include "intake/keystore_steps.hpp"
#include "intake/options.hpp"
#include "intake/refusal_memory.hpp"
#include "intake/result.hpp"
#include "intake/results.hpp"
#include "intake/task.hpp"
#include "intake/worker.hpp"
#include "keystore/keystore.hpp"

namespace msh::intake {

class Encryptor {
  public:
    // All must outlive it; the keystore is unlocked.
    Encryptor(const custodian::Home& home, keystore::Keystore& keystore, const Options& options, Results& results,
              const Program& program);

    // Works through all inputs.
    [[nodiscard]] Counts run(const NextInputs& next);

  private:
    void require_no_output(const std::vector<Input>& inputs);
    void round(std::vector<Input> inputs);
    [[nodiscard]] Tasks prepare(std::span<const Input> inputs) const;
    [[nodiscard]] Tasks prepare_large(const Input& input) const;
    void work_through(Tasks tasks);
    void start_sync();
    void finish_batch();
    void leave(Task& task);

    const Options& options_;
    Results& results_;
    const Program& program_;
    KeystoreSteps keystore_;
    RefusalMemory memory_;
    Key pseudonym_key_;
    custodian::RunFolder folder_;
    FileSystemSync disk_;
    Worker worker_;
    std::size_t files_a_round_;
    custodian::IdSet written_;  // the objects whose records were put
    Counts counts_;

    Tasks filling_;  // encrypted, not yet being synced
    std::uint64_t filling_bytes_ = 0;
    Tasks syncing_;
    std::future<void> sync_;
};

}  // namespace msh::intake
