#include "storage/store_check.hpp"

#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "ipfs/error_tagging.hpp"
#include "ipfs/file_walk.hpp"
#include "ipfs/unixfs.hpp"

namespace msh::storage {
namespace {

using ipfs::Cid;

// The blocks of a payload that are not there, as far as its nodes tell. Leaves are not read.
class AbsentBlocks : public ipfs::FileVisitor {
  public:
    explicit AbsentBlocks(const ipfs::BlockStore& store) : store_(store) {}

    bool enter(const ipfs::Subtree& subtree, std::uint64_t /*offset*/) override {
        if (!met_.insert(subtree)) return false;
        if (store_.has(subtree.cid)) return subtree.levels > 0;
        found.push_back(subtree.cid);
        return false;
    }
    void leaf(const Cid& /*cid*/, std::uint64_t /*offset*/, ByteView /*bytes*/) override {}
    void fault(const Cid& /*cid*/, ipfs::BlockProblem /*fault*/) override {}

    std::vector<Cid> found;

  private:
    const ipfs::BlockStore& store_;
    ipfs::VisitedBlocks met_;
};

}  // namespace

StoreCheck::StoreCheck(ipfs::BlockStore& store, std::string name, keystore::Keystore* keystore, Program& program,
                       BlockReport& report)
    : store_(store), name_(std::move(name)), keystore_(keystore), program_(program), report_(report) {}

StoreCheck::Result StoreCheck::run() {
    return look();
}

StoreCheck::Result StoreCheck::repair(ipfs::BlockFinder& sources) {
    sources_ = &sources;
    return look();
}

StoreCheck::Result StoreCheck::look() {
    store_.for_each([&](std::span<const Cid> blocks) { look_at(blocks); });
    if (keystore_ != nullptr) {
        keystore::Targets(*keystore_).for_each_stored(name_, [&](const keystore::KnownPayload& payload) {
            look_at(payload);
        });
    }
    if (sources_ != nullptr) store_.sync();
    return result_;
}

void StoreCheck::look_at(std::span<const Cid> blocks) {
    std::vector<char> whole(blocks.size());
    parallel_for(blocks.size(), worker_count(), [&](std::size_t i) { whole[i] = store_.is_whole(blocks[i]) ? 1 : 0; });
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (whole[i] == 0) examine(blocks[i], "damaged", sources_);
        report_.count(store_.size(blocks[i]).value_or(0));
    }
    result_.blocks += blocks.size();
    if (sources_ != nullptr) store_.sync();  // before it is said to be repaired
    report_.flush();
    program_.stop_if_signalled();
}

// What is fetched may be a node, below which more is absent.
void StoreCheck::look_at(const keystore::KnownPayload& payload) {
    for (std::uint64_t before = result_.repaired + 1; before != result_.repaired;) {
        before = result_.repaired;
        for (const Cid& cid : absent_of(payload))
            examine(cid, "absent", sources_);
    }
}

std::vector<Cid> StoreCheck::absent_of(const keystore::KnownPayload& payload) {
    const auto root = Cid::parse(payload.cid);
    if (!root) return {};
    AbsentBlocks absent(store_);
    try {
        ipfs::walk_file(*root, payload.size, {&store_}, ipfs::unixfs_v1_2025, 1, absent,
                        [this] { return program_.is_signalled(); });
    } catch (const ipfs::TooManyBlocks&) {
        examine(*root, "unknown", nullptr);
    }
    return std::move(absent.found);
}

void StoreCheck::examine(const Cid& cid, std::string_view state, ipfs::BlockFinder* sources) {
    if (!told_.insert(cid.digest())) return;
    if (sources != nullptr && fetch(cid, *sources)) {
        ++result_.repaired;
        return report_.tell(cid, "repaired");
    }
    ++result_.bad;
    report_.tell(cid, state);
}

bool StoreCheck::fetch(const Cid& cid, ipfs::BlockFinder& sources) {
    try {
        const ipfs::LookupResult found =
            ipfs::ErrorTaggingFinder(sources).find({cid, ipfs::unixfs_v1_2025.leaf_size, 0});
        if (found.state != ipfs::LookupResult::State::found) return false;
        store_.put(cid, found.bytes);
        return true;
    } catch (const ipfs::SourceError& failure) {
        program_.stop_if_signalled();
        bool& is_told = failure.kind() == ErrorKind::again ? result_.may_go_better : result_.was_refused;
        if (!std::exchange(is_told, true)) program_.error(failure);
        return false;
    }
}

}  // namespace msh::storage
