// The care of a block store: what is damaged or absent is found, fetched from elsewhere, and what nobody needs is
// removed.
//
//     Upkeep upkeep(folder, name, access, keystore, output, quiet);
//     upkeep.check();  or  upkeep.repair(sources);  or  upkeep.collect(Upkeep::Unneeded::list);
//
// Each block that is not as it should be is a line of the output: its CID and its state ("damaged", "absent",
// "repaired", "unneeded", "removed"; "unknown" of a payload with more blocks than are looked at, see
// ipfs/file_walk.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "custodian/id_set.hpp"
#include "ipfs/block_finder.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/dag_pb.hpp"
#include "keystore/keystore.hpp"
#include "keystore/targets.hpp"

namespace msh {

class Upkeep {
  public:
    enum class Unneeded { list, remove };

    // `name` is the store's among the targets of the keystore. Without a keystore nobody knows which blocks should be there: absent ones are not noticed. All but check() need
    // a store that can be written to.
    Upkeep(std::filesystem::path folder, std::string name, ipfs::BlockStore::Access access,
           keystore::Keystore* keystore, cli::Output& output, bool quiet);

    // Reads every block; then looks for every block of the payloads that the keystore says are there. True when all is
    // well.
    [[nodiscard]] bool check();
    // The same, and what is not well is fetched. True when all is well after that.
    [[nodiscard]] bool repair(ipfs::BlockFinder& sources);

    // Whether a source did not answer as it should, so that trying again may help.
    [[nodiscard]] bool may_go_better() const noexcept { return may_go_better_; }
    // Whether one will not answer as it should later either.
    [[nodiscard]] bool was_refused() const noexcept { return was_refused_; }

    // Names what no payload needs that the keystore knows of, and, if asked, removes it. Error: `failed` without a
    // keystore, or when a node that tells what is needed is damaged or absent; `again` while another program writes to
    // the store.
    void collect(Unneeded unneeded);

  private:
    [[nodiscard]] bool look(ipfs::BlockFinder* sources);
    void look_at(std::span<const ipfs::Cid> blocks, ipfs::BlockFinder* sources);
    [[nodiscard]] std::vector<ipfs::Cid> absent_of(const keystore::KnownPayload& payload);
    void settle(const ipfs::Cid& cid, std::string_view state, ipfs::BlockFinder* sources);
    [[nodiscard]] bool fetch(const ipfs::Cid& cid, ipfs::BlockFinder& sources);
    void need_all();
    void need(const ipfs::Cid& root);
    [[nodiscard]] ipfs::Node read_node(const ipfs::Cid& cid);
    void tell(const ipfs::Cid& cid, std::string_view state);

    std::filesystem::path folder_;
    std::string name_;
    keystore::Keystore* keystore_;
    cli::Output& output_;
    cli::Progress progress_;
    ipfs::BlockStore store_;
    custodian::IdSet told_;    // bad ones, each of which is told once
    custodian::IdSet needed_;  // by the beginning of their digests; two that agree in it are both kept
    std::uint64_t blocks_ = 0;
    std::uint64_t bad_ = 0;
    std::uint64_t repaired_ = 0;
    bool may_go_better_ = false;
    bool was_refused_ = false;
};

}  // namespace msh
