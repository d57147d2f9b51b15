#include "storage/pin_wait.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "base/parallel.hpp"
#include "nodes/kubo.hpp"

namespace msh::storage {
namespace {

constexpr unsigned questions_at_once = 4;
constexpr std::chrono::milliseconds max_pause{2000};

Error why_refused(const std::string& host, const nodes::PinStatus& status) {
    if (status.state != nodes::PinState::failed) {
        return {ErrorKind::again, host + ": has not pinned the payload yet"};
    }
    return {ErrorKind::again, host + ": failed to pin the payload" + (status.why.empty() ? "" : ": " + status.why)};
}

// The payloads of a batch that are not pinned yet.
class Wait {
  public:
    Wait(nodes::Pinner& pinner, std::vector<ipfs::Cid> open) : pinner_(pinner), open_(std::move(open)) {}

    // Asks once. With `is_over`, payloads that are still open are refused. Returns whether any are open.
    bool ask(bool is_over, std::vector<PinRefusal>& refusals) {
        const std::vector<nodes::PinStatus> states = pinner_.states(open_);
        std::vector<ipfs::Cid> still_open;
        std::vector<ipfs::Cid> recovering;
        for (std::size_t i = 0; i < open_.size(); ++i) {
            const nodes::PinStatus& status = states[i];
            if (status.state == nodes::PinState::pinned) continue;
            const bool has_failed = status.state == nodes::PinState::failed;
            const bool recovers = has_failed && status.may_recover && !is_over && recovered_.insert(open_[i]).second;
            if ((has_failed && !recovers) || is_over) {
                refusals.push_back({open_[i], why_refused(pinner_.host(), status), !has_failed});
                continue;
            }
            still_open.push_back(open_[i]);
            if (recovers) recovering.push_back(open_[i]);
        }
        parallel_for(recovering.size(), questions_at_once, [&](std::size_t i) { pinner_.recover(recovering[i]); });
        open_ = std::move(still_open);
        return !open_.empty();
    }

  private:
    nodes::Pinner& pinner_;
    std::vector<ipfs::Cid> open_;
    std::set<ipfs::Cid> recovered_;
};

}  // namespace

void wait_for_pins(std::span<const ipfs::PayloadRef> payloads, std::chrono::seconds limit, nodes::Pinner& pinner,
                   const Program& program, std::vector<PinRefusal>& refusals) {
    if (payloads.empty()) return;
    std::vector<ipfs::Cid> roots;
    std::chrono::milliseconds whole = limit;
    for (const ipfs::PayloadRef& payload : payloads) {
        roots.push_back(payload.root);
        if (limit.count() > 0) whole += nodes::time_for(payload.size);
    }
    Wait wait(pinner, std::move(roots));
    const auto end = std::chrono::steady_clock::now() + whole;
    for (std::chrono::milliseconds pause{50}; wait.ask(std::chrono::steady_clock::now() >= end, refusals);
         pause = std::min(pause * 2, max_pause)) {
        program.stop_if_signalled();
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(pause, end - std::chrono::steady_clock::now()));
    }
}

}  // namespace msh::storage
