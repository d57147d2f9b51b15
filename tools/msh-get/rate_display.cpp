#include "rate_display.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace msh {
namespace {

// What came so far, and how fast from whom.
std::string rates_of(const std::vector<nodes::Fetcher::Count>& counts, double seconds) {
    std::string text;
    std::uint64_t bytes = 0;
    for (const nodes::Fetcher::Count& count : counts) {
        const auto rate = static_cast<std::uint64_t>(static_cast<double>(count.bytes) / seconds);
        text += count.name + " " + cli::readable_size(rate) + "/s, ";
        bytes += count.bytes;
    }
    return text + cli::readable_size(bytes) + " fetched";
}

}  // namespace

RateDisplay::RateDisplay(cli::Progress& progress, const nodes::Fetcher* fetcher,
                         std::chrono::steady_clock::time_point begin) {
    if (fetcher == nullptr || !progress.is_shown()) return;
    thread_ = std::jthread([&progress, fetcher, begin](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any ended;
        std::unique_lock lock(mutex);
        while (!ended.wait_for(lock, stop, std::chrono::milliseconds(250), [&] { return stop.stop_requested(); })) {
            const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
            progress.refresh(rates_of(fetcher->counts(), passed.count()));
        }
    });
}

}  // namespace msh
