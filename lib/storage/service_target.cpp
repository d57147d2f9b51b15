#include "storage/service_target.hpp"

#include <utility>

#include "base/parallel.hpp"
#include "http/url.hpp"
#include "ipfs/directory.hpp"
#include "storage/pin_wait.hpp"

namespace msh::storage {
namespace {

constexpr unsigned questions_at_once = 4;

}  // namespace

ServiceTarget::ServiceTarget(const http::ServerAddress& address, http::Client& client, std::vector<nodes::Kubo*> nodes,
                             const Program& program)
    : program_(program),
      service_(address, client),
      url_(http::without_slashes(address.url)),
      nodes_(std::move(nodes)),
      limit_(client.limits().stall) {}

std::vector<bool> ServiceTarget::find_present(std::span<const ipfs::Cid> roots) {
    std::vector<bool> there;
    for (const nodes::PinStatus& status : service_.states(roots))
        there.push_back(status.state == nodes::PinState::pinned);
    return there;
}

bool ServiceTarget::holds(const ipfs::PayloadRef& payload) {
    return find_present({&payload.root, 1}).front();
}

ipfs::Cid ServiceTarget::store_file(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) {
    require_cid(file, expected);
    const ipfs::Cid root =
        expected ? *expected : ipfs::compute_root(file.path, file.size, ipfs::unixfs_v1_2025, 1).root;
    add({root, file.size});
    return root;
}

void ServiceTarget::copy(const ipfs::PayloadRef& payload, ipfs::BlockFinder& /*from*/) {
    add(payload);
}

void ServiceTarget::add(const ipfs::PayloadRef& payload) {
    const std::scoped_lock lock(mutex_);
    payloads_.push_back(payload);
}

ipfs::Cid ServiceTarget::store_directory(std::span<const ipfs::Link> entries) {
    const ipfs::Cid root = ipfs::build_directory(entries, [](const ipfs::Cid&, ByteView) {});
    add({root, size_below(entries)});
    return root;
}

// A node that does not answer fails as a target; here it is skipped.
void ServiceTarget::find_origins() {
    if (origins_) return;
    origins_.emplace();
    for (nodes::Kubo* const node : nodes_) {
        try {
            for (std::string& address : node->addresses())
                origins_->push_back(std::move(address));
        } catch (const Error&) {
            // the other nodes may have the same payloads
        }
    }
}

// The states of the pins will show whether this helped.
void ServiceTarget::connect_delegates() {
    const std::vector<std::string> delegates = service_.new_delegates();
    parallel_for(nodes_.size() * delegates.size(), questions_at_once, [&](std::size_t i) {
        try {
            (void)nodes_[i / delegates.size()]->connect(delegates[i % delegates.size()]);
        } catch (const Error&) {
            // a node that cannot connect is not a failed target
        }
    });
}

std::vector<nodes::PinStatus> ServiceTarget::Fetching::states(std::span<const ipfs::Cid> roots) {
    std::vector<nodes::PinStatus> states = target_.service_.states(roots);
    target_.connect_delegates();
    return states;
}

std::vector<PinRefusal> ServiceTarget::commit() {
    const std::vector<ipfs::PayloadRef> payloads = std::exchange(payloads_, {});
    std::vector<ipfs::Cid> roots;
    roots.reserve(payloads.size());
    for (const ipfs::PayloadRef& payload : payloads)
        roots.push_back(payload.root);
    if (roots.empty()) return {};
    find_origins();
    const std::vector<nodes::PinStatus> states = service_.states(roots);
    std::vector<ipfs::PayloadRef> asked;
    std::vector<PinRefusal> refusals;
    parallel_for(roots.size(), questions_at_once, [&](std::size_t i) {
        const bool is_asked = states[i].state == nodes::PinState::pinned || states[i].state == nodes::PinState::waiting;
        const auto refused = is_asked ? std::nullopt : service_.pin(roots[i], *origins_);
        const std::scoped_lock lock(mutex_);
        if (refused) {
            const std::string text = service_.host() + ": refused to pin the payload: " + *refused;
            refusals.push_back({roots[i], Error(ErrorKind::again, text)});
        } else {
            asked.push_back(payloads[i]);
        }
    });
    connect_delegates();
    Fetching fetching(*this);
    wait_for_pins(asked, limit_, fetching, program_, refusals);
    return refusals;
}

}  // namespace msh::storage
