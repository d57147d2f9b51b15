// Files that msh-encrypt did not take, so that the same refusal is reported once and not every night.
//
// A file is known by a MAC of its content, project and profile (32 bytes; no path, UID or digest is kept), and a
// refusal belongs to the rules and options it was met under. Class and reason are the program's own words and say
// nothing about a patient: `class` is one of a few stable words, `reason` the text of the message.
//
// Whoever asks has met the failure again: a file that would pass now is never held back by what is kept here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "keystore/keystore.hpp"

namespace msh::keystore {

struct Refusal {
    Digest file{};
    std::string rules;
    std::string outcome;  // "refused" (by policy) or "unreadable"
    std::string failure_class;
    std::string reason;
};

// Files that failed alike.
struct RefusedFiles {
    std::string project;
    std::string rules;
    std::string outcome;
    std::string failure_class;
    std::string reason;
    std::uint64_t files = 0;
    std::int64_t first = 0;  // seconds since 1970: when the first of them was met,
    std::int64_t last = 0;   // and when one of them was met last
};

class Refusals {
  public:
    explicit Refusals(Keystore& keystore) : keystore_(keystore) {}

    // Whether it is kept: the same file under the same rules, with the same outcome, class and reason.
    [[nodiscard]] bool find(const Refusal& refusal);

    // Keeps them, or notes that they were met again. The project must have a pseudonym key.
    void add(std::string_view project, std::span<const Refusal> refusals, std::int64_t now);
    // These files were taken: forgets their refusals under any rules.
    void forget(std::span<const Digest> files);

    // What is kept, grouped, the largest group of a project first.
    [[nodiscard]] std::vector<RefusedFiles> list();

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
