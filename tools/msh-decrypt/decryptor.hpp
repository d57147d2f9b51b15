// Payloads in, DICOM files out. A file gets its name only when it was decrypted to its end and is what its record's
// about box says, and when a sync has made it durable: one sync a batch. Of a part of a file, each chunk is authentic;
// the about box says nothing of it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "base/byte_range.hpp"
#include "base/file.hpp"
#include "cli/record_loop.hpp"
#include "custodian/home.hpp"
#include "custodian/opening.hpp"
#include "custodian/payload_places.hpp"
#include "keystore/keystore.hpp"
#include "record/about.hpp"

namespace msh {

class Decryptor {
  public:
    // Makes the folder when it is missing. With a range, only these bytes of each file.
    Decryptor(const custodian::Home& home, keystore::Keystore& keystore, std::filesystem::path folder,
              const std::optional<ByteRange>& range);

    // Each object's result is its file's path.
    void operator()(cli::Batch& batch);

  private:
    struct Job {
        cli::Item* item = nullptr;
        Key study_secret;
        record::About about;
        Digest sha256{};
        std::unique_ptr<AtomicFile> file;  // decrypted, without its name yet
    };

    void decrypt(Job& job, unsigned threads) const;
    static void decrypt_whole(Job& job, int payload, unsigned threads);
    void decrypt_part(Job& job, int payload) const;
    void name(Job& job) const;
    [[nodiscard]] bool give_name(Job& job, const std::filesystem::path& path) const;
    void remove_fetched(const record::Object& object) const;

    custodian::PayloadPlaces places_;
    custodian::Opener opener_;
    std::filesystem::path folder_;
    std::optional<ByteRange> range_;
    FileSystemSync disk_;
    // What temporary files are named after: nobody has this name, whatever the files are called in the end.
    std::filesystem::path unnamed_;
};

}  // namespace msh
