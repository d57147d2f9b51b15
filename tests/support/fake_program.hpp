// A program that keeps its messages, and gets a signal when a test says so.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/program.hpp"

namespace msh::test {

class FakeProgram final : public Program {
  public:
    void note(const std::string& text) override { add("note: " + text); }
    void warn(const std::string& text) override { add("warning: " + text); }
    void error(const Error& error) override { add(std::string("error: ") + error.what()); }
    [[nodiscard]] bool is_signalled() const override { return signalled; }
    void stop_if_signalled() const override {
        if (signalled) throw Stopped();
    }

    struct Stopped {};
    std::atomic<bool> signalled = false;
    std::vector<std::string> messages;  // to be read when no thread writes any more

  private:
    void add(std::string text) {
        const std::scoped_lock lock(mutex_);
        messages.push_back(std::move(text));
    }
    std::mutex mutex_;
};

}  // namespace msh::test
