#include "cli/progress.hpp"

#include <array>
#include <cstdio>
#include <unistd.h>
#include <utility>

#include "cli/messages.hpp"

namespace msh::cli {
namespace {

constexpr std::chrono::milliseconds interval{200};

}  // namespace

Progress::Progress(std::string noun, bool quiet)
    : noun_(std::move(noun)),
      shown_(!quiet && ::isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()),
      last_(start_) {}

Progress::~Progress() {
    if (shown_) show_progress("");
}

void Progress::add(std::uint64_t count, std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    count_ += count;
    bytes_ += bytes;
    if (shown_ && std::chrono::steady_clock::now() - last_ >= interval) show();
}

void Progress::refresh(const std::string& detail) {
    const std::scoped_lock lock(mutex_);
    detail_ = detail;
    if (shown_) show();
}

void Progress::show() {
    last_ = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(last_ - start_).count();
    std::string text = std::to_string(count_) + " " + noun_;
    if (bytes_ > 0) {
        text += ", " + readable_size(bytes_) + ", " +
                readable_size(static_cast<std::uint64_t>(static_cast<double>(bytes_) / seconds)) + "/s";
    }
    show_progress(detail_.empty() ? text : text + "; " + detail_);
}

std::string readable_size(std::uint64_t bytes) {
    if (bytes < 1000) return std::to_string(bytes) + " bytes";
    constexpr std::array units{"kB", "MB", "GB", "TB", "PB"};
    double value = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return text.data();
}

}  // namespace msh::cli
