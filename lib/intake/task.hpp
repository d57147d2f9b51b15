// A file on its way to its result.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "dicom/instance.hpp"
#include "intake/result.hpp"
#include "keystore/studies.hpp"
#include "record/object.hpp"
#include "record/sealed.hpp"

namespace msh::intake {

struct Task : Result {
    std::optional<Failure> refusal;           // by policy: becomes the failure if the file was not encrypted before
    std::optional<dicom::Instance> instance;  // until it is encrypted
    std::vector<record::Attribute> originals;
    std::optional<Digest> content;  // SHA-256 of the file; of a large one not before it is needed
    // Keyed (intake/keyed_digests.hpp):
    std::optional<Digest> refusal_digest;
    Digest hint{};
    Digest file_digest{};  // from when `content` is known
    Digest study_digest{};
    std::optional<Id> lost;  // the earlier object, whose payload was lost before it was stored
    std::optional<keystore::StudyForWriting> study;
    bool is_large = false;       // it was not parsed: that takes more memory than its share
    bool is_study_gone = false;  // shredded meanwhile: the file is taken once more

    // Whether nothing else has settled the outcome: it is still to be encrypted, or was encrypted by this run.
    [[nodiscard]] bool is_open() const noexcept { return outcome == Outcome::encrypted; }
    void fail(Failure why);
    void take_known(record::Object&& earlier, bool is_of_older_rules);
};

using Tasks = std::vector<Task>;

}  // namespace msh::intake
