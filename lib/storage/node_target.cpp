#include "storage/node_target.hpp"

#include <utility>

#include "http/url.hpp"
#include "ipfs/directory.hpp"
#include "storage/pin_wait.hpp"

namespace msh::storage {
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

}  // namespace

NodeTarget::NodeTarget(const http::ServerAddress& address, http::Client& client, Program& program)
    : program_(program), node_(address, client), url_(http::without_slashes(address.url)), writer_(node_) {}

std::vector<bool> NodeTarget::find_present(std::span<const ipfs::Cid> roots) {
    std::vector<bool> there = node_.are_pinned(roots);
    if (!cluster_) return there;
    std::vector<ipfs::Cid> pinned;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        if (there[i]) pinned.push_back(roots[i]);
    }
    const std::vector<nodes::PinStatus> states = cluster_->states(pinned);
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < pinned.size(); ++i) {
        if (states[i].state != nodes::PinState::pinned) replicating_.insert(pinned[i]);
    }
    for (std::size_t i = 0; i < roots.size(); ++i)
        there[i] = there[i] && !replicating_.contains(roots[i]);
    return there;
}

bool NodeTarget::is_replicating(const ipfs::Cid& root) {
    const std::scoped_lock lock(mutex_);
    return replicating_.contains(root);
}

// Checked by a block as well: other copies may be removed because of the answer.
bool NodeTarget::holds(const ipfs::PayloadRef& payload) {
    return find_present({&payload.root, 1}).front() &&
           ipfs::find_block({&node_}, payload.root).state == ipfs::LookupResult::State::found;
}

ipfs::Cid NodeTarget::store_file(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) {
    if (expected && is_replicating(*expected)) {
        writer_.add_pinned({*expected, file.size});
        return *expected;
    }
    require_cid(file, expected);
    nodes::NodeWriter::Sender sender(writer_);
    if (expected && send_named(sender, file, *expected)) return *expected;
    const ipfs::Cid root = ipfs::build_payload(file.path, file.size, layout, 1, std::ref(sender));
    if (expected && root != *expected) throw Error(ErrorKind::input, "the payload changed while it was read");
    sender.finish({root, file.size});
    return root;
}

// Without require_cid(): the node compares the block with its CID itself.
bool NodeTarget::send_named(nodes::NodeWriter::Sender& sender, const PayloadFile& file, const ipfs::Cid& root) {
    if (!file.named || file.size > layout.leaf_size) return false;
    const auto block = ipfs::read_unchanged(file.path, file.size, *file.named);
    if (!block) return false;
    sender(root, *block);
    sender.finish({root, file.size});
    return true;
}

void NodeTarget::copy(const ipfs::PayloadRef& payload, ipfs::BlockFinder& from) {
    if (is_replicating(payload.root)) return writer_.add_pinned(payload);
    nodes::NodeWriter::Sender sender(writer_);
    ipfs::copy_payload(payload, from, layout, std::ref(sender));
    sender.finish(payload);
}

ipfs::Cid NodeTarget::store_directory(std::span<const ipfs::Link> entries) {
    nodes::NodeWriter::Sender sender(writer_);
    const ipfs::Cid root = ipfs::build_directory(entries, std::ref(sender));
    sender.finish({root, size_below(entries)});
    return root;
}

// With a cluster, a payload that some of the chosen peers do not have yet is refused as well.
std::vector<PinRefusal> NodeTarget::commit() {
    nodes::NodeWriter::BatchResult result = writer_.finish_batch();
    replicating_.clear();
    if (cluster_) {
        wait_for_pins(result.pinned, limit_, *cluster_, program_, result.refusals);
        for (const std::string& peer : cluster_->peers_away()) {
            program_.warn(cluster_->host() + ": peer " + peer +
                          " of the cluster is down, and does not have the payloads yet");
        }
    }
    return std::move(result.refusals);
}

}  // namespace msh::storage
