// Objects as ordinary age files, for someone who has only `age`: a header made on the spot, and the payload as it is.
#pragma once

#include <filesystem>
#include <vector>

#include "cli/record_loop.hpp"
#include "crypto/age_keys.hpp"
#include "custodian/home.hpp"
#include "custodian/opening.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/payload.hpp"

namespace msh {

class AgeWriter {
  public:
    // Makes the folder when it is missing.
    AgeWriter(const custodian::Home& home, keystore::Keystore& keystore, std::filesystem::path folder,
              std::vector<crypto::AgeRecipient> recipients);

    // Each object's result is its file's path: `<new SOP Instance UID>-<object id>.dcm.age`.
    void operator()(cli::Batch& batch);

  private:
    [[nodiscard]] std::filesystem::path write(const record::Object& object);
    void append_payload(const record::Object& object, int fd);

    custodian::Opener opener_;
    std::filesystem::path folder_;
    std::vector<crypto::AgeRecipient> recipients_;
    std::optional<ipfs::BlockStore> store_;
};

}  // namespace msh
