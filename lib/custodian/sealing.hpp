// Sealing an object: from a file's bytes to its payload, in the folder of a run, and to its record. The way back is
// custodian/opening.hpp.
//
//     Sealer sealer(study, folder, threads);
//     sealer.write(bytes); ...
//     record::Object record = sealer.finish("basic", about, sealed);
//
// The payload gets its name (RunFolder::place) in finish(); if that is not reached, no file is left. It is not durable
// yet: one FileSystemSync serves all files of a batch. Throws Error (failed).
#pragma once

#include <filesystem>
#include <string>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "crypto/stream.hpp"
#include "custodian/run_folder.hpp"
#include "keystore/studies.hpp"
#include "record/about.hpp"
#include "record/object.hpp"
#include "record/sealed.hpp"

namespace msh::custodian {

class Sealer {
  public:
    // A new object of this study, which must outlive it. `threads` as in crypto/stream.hpp.
    Sealer(const keystore::StudyForWriting& study, const RunFolder& folder, unsigned threads);
    Sealer(const Sealer&) = delete;
    Sealer& operator=(const Sealer&) = delete;
    ~Sealer();

    void write(ByteView plain) { stream_.write(plain); }
    // Ends the payload and makes the record: `about` must give size and SHA-256 of all that was written.
    [[nodiscard]] record::Object finish(std::string profile, const record::About& about, const record::Sealed& sealed);

  private:
    const keystore::StudyForWriting& study_;
    Id id_;
    std::filesystem::path place_;
    std::filesystem::path part_;  // the file's name until it is complete
    FileDescriptor fd_;
    WritebackWriter file_;
    crypto::StreamSealer stream_;
};

}  // namespace msh::custodian
