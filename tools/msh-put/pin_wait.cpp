#include "pin_wait.hpp"

#include <algorithm>
#include <thread>

#include "cli/signals.hpp"

namespace msh {

std::vector<Refusal> wait_for_pins(std::span<const ipfs::Cid> roots, std::chrono::milliseconds limit,
                                   const std::string& host,
                                   const std::function<std::vector<ipfs::PinState>(std::span<const ipfs::Cid>)>& ask) {
    const auto end = std::chrono::steady_clock::now() + limit;
    std::vector<Refusal> refusals;
    std::vector<ipfs::Cid> open(roots.begin(), roots.end());
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
    return refusals;
}

}  // namespace msh
