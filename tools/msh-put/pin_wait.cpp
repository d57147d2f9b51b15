#include "pin_wait.hpp"

#include <algorithm>
#include <thread>

#include "cli/signals.hpp"
#include "ipfs/kubo.hpp"

namespace msh {

void wait_for_pins(std::span<const ipfs::PayloadName> payloads, std::chrono::seconds stall, const std::string& host,
                   const AskPins& ask, std::vector<Refusal>& refusals) {
    std::vector<ipfs::Cid> open;
    std::chrono::milliseconds limit = stall;
    for (const ipfs::PayloadName& payload : payloads) {
        open.push_back(payload.root);
        limit += ipfs::time_for(payload.size);
    }
    const auto end = std::chrono::steady_clock::now() + limit;
    for (std::chrono::milliseconds pause{50}; !open.empty();
         pause = std::min(pause * 2, std::chrono::milliseconds(2000))) {
        const std::vector<ipfs::PinState> states = ask(open);
        const bool is_over = std::chrono::steady_clock::now() >= end;
        std::vector<ipfs::Cid> still_open;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (states[i] == ipfs::PinState::pinned) continue;
            if (states[i] == ipfs::PinState::failed) {
                refusals.push_back({open[i], Error(ErrorKind::again, host + ": failed to pin the payload")});
            } else if (is_over) {
                refusals.push_back({open[i], Error(ErrorKind::again, host + ": has not pinned the payload yet")});
            } else {
                still_open.push_back(open[i]);
            }
        }
        open = std::move(still_open);
        if (open.empty()) break;
        cli::stop_if_signalled();
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(pause, end - std::chrono::steady_clock::now()));
    }
}

}  // namespace msh
