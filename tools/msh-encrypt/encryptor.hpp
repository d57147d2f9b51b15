// Files in, records out, in rounds: each round's files are parsed side by side, their studies' secrets are committed,
// then they are encrypted side by side into the run's folder of the spool. Several rounds make a batch, which is made
// durable by one sync while the next one is worked on; then its objects are committed to the keystore, and its
// records leave.
//
// A file appears under its name in the spool when it is complete. If a file was encrypted twice (it occurred twice, or
// in another process), one payload is removed; what a kill leaves is swept by the next run.
#pragma once

#include <cstdint>
#include <future>
#include <span>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/repeated_errors.hpp"
#include "custodian/home.hpp"
#include "custodian/id_set.hpp"
#include "custodian/run_folder.hpp"
#include "input_report.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "keystore/targets.hpp"
#include "paths.hpp"
#include "refusal_memory.hpp"
#include "task.hpp"

namespace msh {

struct Counts {
    std::uint64_t encrypted = 0;
    std::uint64_t known = 0;    // done by an earlier run, or met twice
    std::uint64_t old = 0;      // the same, under other rules
    std::uint64_t refused = 0;  // by policy
    std::uint64_t damaged = 0;
    std::uint64_t refused_before = 0;  // by policy, and an earlier run said so
    std::uint64_t damaged_before = 0;
    std::uint64_t links = 0;  // in folders, and skipped
};

class Encryptor {
  public:
    Encryptor(const custodian::Home& home, keystore::Keystore& keystore, const EncryptOptions& options,
              cli::Output& output, InputReport& report);

    // Works through all inputs.
    [[nodiscard]] Counts run(PathSource& paths);

  private:
    using Tasks = std::vector<Task>;

    void require_no_output(const std::vector<Input>& inputs) const;
    void round(std::vector<Input> inputs);
    [[nodiscard]] Tasks prepare(std::span<Input> inputs);
    [[nodiscard]] Tasks prepare_large(const Input& input);
    void work_through(Tasks tasks);
    void find_done(Tasks& tasks);
    void take_studies(Tasks& tasks);
    void start_sync();
    void finish_batch();
    [[nodiscard]] keystore::Reencrypt reencrypt(const Task& task);
    void commit(Tasks& tasks);
    void leave(Task& task);
    void leave_failed(Task& task);
    void say_failure(const Task& task);

    keystore::Objects objects_;
    keystore::Studies studies_;
    keystore::Targets targets_;
    const EncryptOptions& options_;
    cli::Output& output_;
    InputReport& report_;
    RefusalMemory memory_;
    cli::Progress progress_;
    Key project_key_;
    custodian::RunFolder folder_;
    FileSystemSync disk_;
    TaskWorker worker_;
    std::size_t files_a_round_;
    custodian::IdSet printed_;
    custodian::IdSet anew_;  // with --again: what this run has encrypted, by the beginning of `done`
    Counts counts_;
    cli::RepeatedErrors errors_;

    Tasks filling_;  // encrypted, not yet being synced
    std::uint64_t filling_bytes_ = 0;
    Tasks syncing_;
    std::future<void> sync_;
};

}  // namespace msh
