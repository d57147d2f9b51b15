// Payloads in, DICOM files out. A file gets its name only after it was decrypted completely, matches its record's about
// box, and was synced (one sync a batch). With a range, each chunk is authenticated, but the about box has no digest
// that the part could be compared with.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/byte_range.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "custodian/home.hpp"
#include "custodian/opening.hpp"
#include "custodian/output_folder.hpp"
#include "custodian/payload_places.hpp"
#include "keystore/keystore.hpp"
#include "record/about.hpp"
#include "record/object.hpp"

namespace msh::custodian {

// A record whose payload is to be decrypted, and what came of it.
struct DecryptRequest {
    const record::Object& object;
    std::filesystem::path file{};  // of the plaintext
    std::optional<Error> error{};  // why there is none
};

class Decryptor {
  public:
    // Makes the folder if it is missing. With a range, only these bytes of each file.
    Decryptor(const Home& home, keystore::Keystore& keystore, std::filesystem::path folder,
              const std::optional<ByteRange>& range);

    // Sets each request's file, or its error (kinds `input` and `refused`); any other Error is thrown. Once a file is
    // durable, removes its payload if msh-get fetched that.
    void decrypt(std::span<DecryptRequest> requests);

  private:
    struct Job {
        DecryptRequest* request = nullptr;
        Key study_secret;
        record::About about;
        Digest sha256{};
        std::unique_ptr<AtomicFile> file;  // decrypted, without its name yet
    };

    void decrypt_together(std::span<DecryptRequest> requests);
    [[nodiscard]] Job open(DecryptRequest& request);
    void decrypt(Job& job, unsigned threads) const;
    static void decrypt_whole(Job& job, int payload, unsigned threads);
    void decrypt_part(Job& job, int payload) const;
    void name(Job& job) const;
    [[nodiscard]] bool give_name(Job& job, const std::string& name) const;
    void remove_fetched(const record::Object& object) const;

    PayloadPlaces places_;
    Opener opener_;
    OutputFolder folder_;
    std::optional<ByteRange> range_;
};

}  // namespace msh::custodian
