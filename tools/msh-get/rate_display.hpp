// Shows on the terminal, while it lives, how much each remote source gives.
#pragma once

#include <chrono>
#include <thread>

#include "cli/progress.hpp"
#include "nodes/fetcher.hpp"

namespace msh {

class RateDisplay {
  public:
    // Both must outlive it; nothing is shown without a fetcher. The sources' counts began at `begin`.
    RateDisplay(cli::Progress& progress, const nodes::Fetcher* fetcher, std::chrono::steady_clock::time_point begin);

  private:
    std::jthread thread_;
};

}  // namespace msh
