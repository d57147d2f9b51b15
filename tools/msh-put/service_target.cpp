#include "service_target.hpp"

#include <utility>

#include "base/parallel.hpp"
#include "ipfs/directory.hpp"
#include "ipfs/kubo.hpp"
#include "keystore/targets.hpp"
#include "pin_wait.hpp"

namespace msh {
namespace {

constexpr unsigned questions_at_once = 4;

}  // namespace

ServiceTarget::ServiceTarget(const http::ServerAddress& address, http::Client& client, std::vector<std::string> origins)
    : service_(address, client),
      name_(keystore::pin_service_target(http::without_slashes(address.url))),
      client_(client),
      origins_(std::move(origins)) {}

std::vector<bool> ServiceTarget::seem_to_be_there(std::span<const ipfs::Cid> roots) {
    std::vector<bool> there;
    for (const ipfs::PinState state : service_.states(roots))
        there.push_back(state == ipfs::PinState::pinned);
    return there;
}

bool ServiceTarget::has(const ipfs::PayloadName& payload) {
    return seem_to_be_there({&payload.root, 1}).front();
}

ipfs::Cid ServiceTarget::take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) {
    require_wanted(file, wanted);
    const ipfs::Cid root = wanted ? *wanted : ipfs::name_payload(file.path, file.size, ipfs::unixfs_v1_2025, 1).root;
    take({root, file.size}, {});
    return root;
}

void ServiceTarget::take(const ipfs::PayloadName& payload, const ipfs::BlockSources& /*from*/) {
    const std::scoped_lock lock(mutex_);
    payloads_.push_back(payload);
}

ipfs::Cid ServiceTarget::take_directory(std::span<const ipfs::Link> entries) {
    const ipfs::Cid root = ipfs::build_directory(entries, [](const ipfs::Cid&, ByteView) {});
    take({root, size_below(entries)}, {});
    return root;
}

std::vector<Refusal> ServiceTarget::settle() {
    const std::vector<ipfs::PayloadName> payloads = std::exchange(payloads_, {});
    std::vector<ipfs::Cid> roots;
    for (const ipfs::PayloadName& payload : payloads)
        roots.push_back(payload.root);
    const std::vector<ipfs::PinState> states = service_.states(roots);
    std::vector<ipfs::PayloadName> asked;
    std::vector<Refusal> refusals;
    parallel_for(roots.size(), questions_at_once, [&](std::size_t i) {
        const bool is_asked = states[i] == ipfs::PinState::pinned || states[i] == ipfs::PinState::waiting;
        const auto refused = is_asked ? std::nullopt : service_.pin(roots[i], origins_);
        const std::scoped_lock lock(mutex_);
        if (refused) {
            const std::string text = service_.host() + ": refuses to pin the payload: " + *refused;
            refusals.push_back({roots[i], Error(ErrorKind::again, text)});
        } else {
            asked.push_back(payloads[i]);
        }
    });
    wait_for_pins(
        asked, client_.limits().stall, service_.host(),
        [&](std::span<const ipfs::Cid> open) { return service_.states(open); }, refusals);
    return refusals;
}

}  // namespace msh
