// Finds the blocks of the own store that belong to no payload that the keystore knows, and lists or removes them.
#pragma once

#include <cstdint>
#include <string>

#include "base/program.hpp"
#include "custodian/id_set.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/cid.hpp"
#include "ipfs/dag_pb.hpp"
#include "keystore/keystore.hpp"
#include "storage/block_report.hpp"

namespace msh::storage {

class UnneededBlocks {
  public:
    // All must outlive it. `name` is the store's among the targets of the keystore.
    UnneededBlocks(ipfs::BlockStore& store, std::string name, keystore::Keystore& keystore, const Program& program,
                   BlockReport& report);

    enum class Then { list, remove };
    struct Result {
        std::uint64_t blocks = 0;
        std::uint64_t bytes = 0;
    };
    // Throws Error: `again` while another program writes to the store; `failed` if an inner node of a needed payload is
    // damaged or absent, so that its children are unknown. Nothing is removed then.
    [[nodiscard]] Result collect(Then then);

  private:
    void need_all();
    void need(const ipfs::Cid& root);
    [[nodiscard]] ipfs::Node read_node(const ipfs::Cid& cid);

    ipfs::BlockStore& store_;
    std::string name_;
    keystore::Keystore& keystore_;
    const Program& program_;
    BlockReport& report_;
    custodian::IdSet needed_;  // by the beginning of their digests; two that agree in it are both kept
};

}  // namespace msh::storage
