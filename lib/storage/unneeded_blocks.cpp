#include "storage/unneeded_blocks.hpp"

#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "ipfs/block_source.hpp"
#include "keystore/targets.hpp"

namespace msh::storage {

using ipfs::Cid;

UnneededBlocks::UnneededBlocks(ipfs::BlockStore& store, std::string name, keystore::Keystore& keystore,
                               const Program& program, BlockReport& report)
    : store_(store), name_(std::move(name)), keystore_(keystore), program_(program), report_(report) {}

UnneededBlocks::Result UnneededBlocks::collect(Then then) {
    if (!store_.write_alone()) {
        throw Error(ErrorKind::again, "another program writes to the store, or its file system has no locks");
    }
    need_all();
    Result result;
    store_.for_each([&](std::span<const Cid> blocks) {
        for (const Cid& cid : blocks) {
            if (needed_.contains(cid.digest())) continue;
            ++result.blocks;
            result.bytes += store_.size(cid).value_or(0);
            if (then == Then::remove) (void)store_.remove(cid);
            report_.tell(cid, then == Then::remove ? "removed" : "unneeded");
        }
        report_.flush();
        program_.stop_if_signalled();
    });
    store_.sync();
    return result;
}

// Before anything is removed: of a payload that should be here every node has to be, or nobody knows what it needs.
void UnneededBlocks::need_all() {
    keystore::Targets targets(keystore_);
    targets.for_each_stored(name_, [&](const keystore::KnownPayload& payload) {
        if (const auto root = Cid::parse(payload.cid)) need(*root);
    });
    targets.for_each([&](const keystore::KnownPayload& payload) {
        const auto root = Cid::parse(payload.cid);
        if (root && store_.has(*root)) need(*root);
    });
    program_.stop_if_signalled();
}

// A block, and what lies below it: each node is read once, however often it is named.
void UnneededBlocks::need(const Cid& root) {
    std::set<Cid> met;
    std::vector<Cid> open;
    const auto meet = [&](const Cid& cid) {
        needed_.insert(cid.digest());
        if (cid.codec() == ipfs::Codec::dag_pb && met.insert(cid).second) open.push_back(cid);
    };
    meet(root);
    while (!open.empty()) {
        const Cid cid = open.back();
        open.pop_back();
        program_.stop_if_signalled();
        for (const ipfs::Link& link : read_node(cid).links)
            meet(link.cid);
    }
}

ipfs::Node UnneededBlocks::read_node(const Cid& cid) {
    const ipfs::LookupResult found = ipfs::find_block({&store_}, cid);
    auto node = found.state == ipfs::LookupResult::State::found ? ipfs::decode_node(found.bytes) : std::nullopt;
    if (node) return std::move(*node);
    const std::string what = found.state == ipfs::LookupResult::State::absent ? "absent" : "damaged";
    throw Error(ErrorKind::failed, "node " + cid.text() + " is " + what, "repair the store first");
}

}  // namespace msh::storage
