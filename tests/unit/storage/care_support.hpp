// The own store with payloads, and a report that keeps what it is told.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "ipfs/block_store.hpp"
#include "keystore/targets.hpp"
#include "storage/block_report.hpp"
#include "unit/storage/put_support.hpp"

namespace msh::storage {

using States = std::map<ipfs::Cid, std::string>;

class FakeReport final : public BlockReport {
  public:
    void tell(const ipfs::Cid& cid, std::string_view state) override {
        EXPECT_TRUE(states.emplace(cid, state).second) << "told twice: " << cid.text();
    }
    void flush() override {}
    void count(std::uint64_t count) override { bytes += count; }

    States states;
    std::uint64_t bytes = 0;
};

class CareTest : public PutTest {
  protected:
    // Stores the object's payload.
    void hold(const record::Object& object) {
        store.put(cid, block);
        store.sync();
        const keystore::StoredPayload stored{record::name_of(object), cid.text()};
        keystore::Targets(*keystore).mark(name, {&stored, 1});
    }
    void damage(const ipfs::Cid& block_cid) const {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(home.store())) {
            if (entry.path().filename() != block_cid.text()) continue;
            std::filesystem::remove(entry.path());
            std::ofstream(entry.path()) << "damage";
        }
    }

    const std::string name{keystore::own_store_target};
    FakeReport report;
    ipfs::BlockStore store{home.store(), ipfs::BlockStore::Access::write};
};

}  // namespace msh::storage
