// Payloads in, DICOM files out. A file gets its name only when it was decrypted to its end and is what its record's
// about box says, and when a sync has made it durable: one sync a batch.
#pragma once

#include <filesystem>
#include <memory>

#include "base/file.hpp"
#include "cli/record_loop.hpp"
#include "custodian/home.hpp"
#include "custodian/opening.hpp"
#include "keystore/keystore.hpp"
#include "record/about.hpp"

namespace msh {

class Decryptor {
  public:
    // Makes the folder when it is missing.
    Decryptor(const custodian::Home& home, keystore::Keystore& keystore, std::filesystem::path folder);

    // Each object's result is its file's path.
    void operator()(cli::Batch& batch);

  private:
    struct Job {
        cli::Item* item = nullptr;
        Key study_secret;
        record::About about;
        std::unique_ptr<AtomicFile> file;  // decrypted, without its name yet
    };

    void decrypt(Job& job, unsigned threads) const;
    void name(Job& job) const;
    [[nodiscard]] bool give_name(Job& job, const std::filesystem::path& path) const;
    void remove_fetched(const record::Object& object) const;

    const custodian::Home& home_;
    custodian::Opener opener_;
    std::filesystem::path folder_;
    FileSystemSync disk_;
    // What temporary files are named after: nobody has this name, whatever the files are called in the end.
    std::filesystem::path unnamed_;
};

}  // namespace msh
