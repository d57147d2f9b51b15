// Reads every block of a store, and looks for every block of the payloads that it should hold; what is damaged or
// absent can be fetched from elsewhere. Throws Error (failed) if the store or the keystore cannot be read or written.
//
//     StoreCheck check(store, name, keystore, program, report);
//     const StoreCheck::Result result = check.run();      or  check.repair(sources);
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/program.hpp"
#include "custodian/id_set.hpp"
#include "ipfs/block_finder.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/cid.hpp"
#include "keystore/keystore.hpp"
#include "keystore/targets.hpp"
#include "storage/block_report.hpp"

namespace msh::storage {

class StoreCheck {
  public:
    // All must outlive it. `name` is the store's among the targets of the keystore. Without a keystore nobody knows
    // which blocks should be there: absent ones are not noticed.
    StoreCheck(ipfs::BlockStore& store, std::string name, keystore::Keystore* keystore, Program& program,
               BlockReport& report);

    struct Result {
        std::uint64_t blocks = 0;    // blocks that were read
        std::uint64_t repaired = 0;  // blocks that were damaged or absent, and were fetched
        std::uint64_t bad = 0;       // blocks that are damaged or absent
        bool may_go_better = false;  // a source did not answer as it should, so that trying again may help
        bool was_refused = false;    // a source failed permanently
    };
    [[nodiscard]] Result run();
    // Like run(), but fetches damaged and absent blocks from `sources`. The store must be open for writing.
    [[nodiscard]] Result repair(ipfs::BlockFinder& sources);

  private:
    [[nodiscard]] Result look();
    void look_at(std::span<const ipfs::Cid> blocks);
    void look_at(const keystore::KnownPayload& payload);
    [[nodiscard]] std::vector<ipfs::Cid> absent_of(const keystore::KnownPayload& payload);
    void examine(const ipfs::Cid& cid, std::string_view state, ipfs::BlockFinder* sources);
    [[nodiscard]] bool fetch(const ipfs::Cid& cid, ipfs::BlockFinder& sources);

    ipfs::BlockStore& store_;
    std::string name_;
    keystore::Keystore* keystore_;
    Program& program_;
    BlockReport& report_;
    ipfs::BlockFinder* sources_ = nullptr;  // for a repair
    custodian::IdSet told_;                 // bad ones, each of which is told once
    Result result_;
};

}  // namespace msh::storage
