// What is done with one file without the keystore, beside other files in other threads: it is parsed and judged before
// the keystore is asked for it, and encrypted afterwards.
//
// Damage and refusals become the task's failure; whatever else goes wrong is thrown and ends the run.
#pragma once

#include <cstdint>

#include "base/secret.hpp"
#include "custodian/run_folder.hpp"
#include "dicom/instance.hpp"
#include "intake/keyed_digests.hpp"
#include "intake/options.hpp"
#include "intake/task.hpp"

namespace msh::intake {

class Worker {
  public:
    // All must outlive it. The key is the project's pseudonym key.
    Worker(const Options& options, const Key& pseudonym_key, const custodian::RunFolder& folder)
        : options_(options), key_(pseudonym_key), digests_(pseudonym_key, options.profile()), folder_(folder) {}

    // Parses the file using at most `memory` bytes, applies the policy, and computes the digests for the keystore. If
    // the file is not held in memory, the digest of its content is left out (take_digest()).
    void prepare(Task& task, std::uint64_t memory) const;
    // Reads a large file through for its digest.
    void take_digest(Task& task) const;
    // De-identifies and encrypts into the run's folder, and makes the record; needs the study.
    void encrypt(Task& task, unsigned threads) const;

  private:
    void open_file(Task& task, std::uint64_t memory) const;
    void ask_policy(Task& task) const;
    [[nodiscard]] dicom::Written write(Task& task, const dicom::Sink& sink) const;
    void encrypt_file(Task& task, unsigned threads) const;

    const Options& options_;
    const Key& key_;
    KeyedDigests digests_;
    const custodian::RunFolder& folder_;
};

}  // namespace msh::intake
