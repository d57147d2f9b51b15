// As where the process may have no more threads.
#pragma once

namespace msh::cli {

// While this lives, no thread begins (no_threads.cpp). One at a time.
class NoThreads {
  public:
    NoThreads();
    NoThreads(const NoThreads&) = delete;
    NoThreads& operator=(const NoThreads&) = delete;
    ~NoThreads();
};

}  // namespace msh::cli
