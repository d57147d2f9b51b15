// One file on its way to a record, and the two steps that need no keystore and run in parallel with those of other
// files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "custodian/run_folder.hpp"
#include "dicom/fault.hpp"
#include "dicom/instance.hpp"
#include "keystore/studies.hpp"
#include "paths.hpp"
#include "record/object.hpp"
#include "record/sealed.hpp"

namespace msh {

// What is the same for all files of a run.
struct EncryptOptions {
    std::string project = "default";
    bool identified = false;
    bool again = false;
    bool renew = false;
    bool retry_refused = false;
    dicom::PixelTextSet allowed;
    bool show_paths = false;
    bool quiet = false;

    // The name of what is done to the identifiers.
    [[nodiscard]] std::string profile() const { return identified ? "identified" : "basic"; }
    // What the output depends on, besides the file. --allow-pixel-text is not part of it: it only decides whether a
    // file is accepted.
    [[nodiscard]] std::string rules() const;
    // What decides, besides the file, whether pixels that may show names are accepted.
    [[nodiscard]] std::string conditions() const;
};

// Why a file was not taken.
struct Failure {
    Error error;
    std::string_view word;      // a stable name for its class
    dicom::FaultPlace place{};  // as far as it is known
    bool is_lasting = false;    // it depends on the content only, so the same file will fail again
    bool is_known = false;      // an earlier run reported it
};

struct Task {
    Input input;
    std::optional<Failure> failure;
    std::optional<Failure> refusal;           // by policy: its failure, unless it was encrypted before
    std::optional<dicom::Instance> instance;  // until it is encrypted
    std::vector<record::Attribute> originals;
    std::optional<Digest> file;    // a keyed digest of its content, by which a refusal is remembered
    std::optional<Digest> digest;  // of the original
    Digest hint{};
    Digest done{};           // from when the digest is known
    Digest lookup{};         // of the study
    std::optional<Id> lost;  // the earlier object, whose payload was lost before it was stored
    std::optional<keystore::StudyForWriting> study;
    record::Object record;
    bool is_large = false;  // it was not parsed: that takes more memory than its share
    bool known = false;     // the record is an earlier one's
    bool is_old = false;    // of what was done under other rules
    bool gone = false;      // the study was shredded meanwhile: the file is taken once more

    [[nodiscard]] bool open() const { return !failure && !known && !input.is_link; }
    [[nodiscard]] bool is_refused() const { return failure && failure->error.kind() == ErrorKind::refused; }
    // The `outcome` of a report.
    [[nodiscard]] std::string_view outcome() const;
    void take_known(record::Object&& earlier, bool was_other_rules) {
        record = std::move(earlier);
        known = true;
        is_old = was_other_rules;
        instance.reset();
    }
    void fail(const Error& why, std::string_view word = "other");
    void fail(Failure why);
};

// Damage and refusals become the task's error; whatever else goes wrong ends the run.
class TaskWorker {
  public:
    TaskWorker(const EncryptOptions& options, const Key& project_key, const custodian::RunFolder& folder)
        : options_(options), project_key_(project_key), folder_(folder) {}

    // Parses the file, with so much memory at the most, asks policy, and computes what the keystore can tell the file
    // by; of a file that is not held in memory, not the digest.
    void prepare(Task& task, std::uint64_t memory) const;
    // Reads a large file through for its digest.
    void take_digest(Task& task) const;
    // Encrypts into the run's folder and makes the record; needs the study.
    void encrypt(Task& task, unsigned threads) const;

  private:
    [[nodiscard]] Digest keyed(std::string_view label, std::initializer_list<ByteView> parts) const;
    void ask_policy(Task& task) const;
    void open_file(Task& task, std::uint64_t memory) const;
    [[nodiscard]] Digest done_of(const Task& task, std::string_view sop_instance) const;
    [[nodiscard]] dicom::Written write(Task& task, const dicom::Sink& sink) const;
    void encrypt_file(Task& task, unsigned threads) const;

    const EncryptOptions& options_;
    const Key& project_key_;
    const custodian::RunFolder& folder_;
};

}  // namespace msh
