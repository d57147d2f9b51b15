// Payloads into the own block store, a batch at a time, with one sync.
//
// A record may come from anyone, and the store is for everyone to read. So a file is linked into the store, and removed
// from where it was, only when it lies in its object's own place in spool/ or fetched/; nothing else of the home folder
// is a payload, and what lies elsewhere is copied. Where the keystore knows the file, the line is not asked for it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/record_loop.hpp"
#include "custodian/home.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/cid.hpp"
#include "keystore/keystore.hpp"

namespace msh {

class Putter {
  public:
    // Makes the store when it is missing. Without a keystore nothing is remembered.
    explicit Putter(const custodian::Home& home);

    // Each object's line gets its CID and loses its path.
    void operator()(cli::Batch& batch);

  private:
    struct Job {
        cli::Item* item = nullptr;
        std::optional<std::string> path;  // of the payload
        std::optional<std::string> kept;  // what the keystore says of it
        std::optional<ipfs::Cid> named;   // what the CID has to be
        std::optional<ipfs::Cid> cid;     // once it is in the store
        bool known = false;               // to be in the store
        std::optional<Error> missing;     // no file where it should be
    };

    [[nodiscard]] std::vector<Job> decide(cli::Batch& batch);
    void look_up(Job& job);
    void look_again(Job& job);
    void choose_file(Job& job) const;
    void store(Job& job);
    [[nodiscard]] ipfs::Cid store_file(const Job& job);
    void remember(std::vector<Job>& jobs);
    [[nodiscard]] bool is_in_place(const std::filesystem::path& file, const Id& object) const;
    [[nodiscard]] bool is_in_spool(const Job& job) const;
    void empty_spool(const Job& job) const;

    const custodian::Home& home_;
    std::filesystem::path home_folder_;  // without links
    std::unique_ptr<keystore::Keystore> keystore_;
    ipfs::BlockStore store_;
    std::string target_;
};

}  // namespace msh
