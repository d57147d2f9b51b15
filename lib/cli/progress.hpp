// How far a long run has come, on standard error, when that is a terminal and nobody asked for quiet: one line that is
// overwritten, a few times a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace msh::cli {

class Progress {
  public:
    // `noun` is what is counted, in the plural.
    Progress(std::string noun, bool quiet);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    // By any thread.
    void add(std::uint64_t count, std::uint64_t bytes);
    // Shows the same again, with what `detail` says now: for what takes long between one and the next.
    void refresh(const std::string& detail);

    [[nodiscard]] bool is_shown() const noexcept { return shown_; }

  private:
    void show();

    std::mutex mutex_;
    std::string detail_;
    std::string noun_;
    bool shown_;
    std::uint64_t count_ = 0;
    std::uint64_t bytes_ = 0;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point last_;
};

// "1.5 GB", "20 kB", "7 bytes".
[[nodiscard]] std::string readable_size(std::uint64_t bytes);

}  // namespace msh::cli
