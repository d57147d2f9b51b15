// Files that msh-encrypt refused or could not read, so that each failure is reported once and not every night.
//
// A file is known by a MAC of its content, project and profile (32 bytes; no path, UID or digest is kept), and a
// refusal belongs to the rules and options that it occurred under. Class and reason are the program's own words and say
// nothing about a patient: `class` is one of a few stable words, `reason` the text of the message.
//
// find() is asked only after a file has failed again: a file that would be accepted now is never held back.
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
    std::int64_t first = 0;  // seconds since 1970, of the first of them
    std::int64_t last = 0;   // and of the last
};

class Refusals {
  public:
    explicit Refusals(Keystore& keystore) : keystore_(keystore) {}

    // Whether it is known: the same file under the same rules, with the same outcome and class. The reason is a text
    // for people, which may be worded anew.
    [[nodiscard]] bool find(const Refusal& refusal);

    // Adds them, or updates `last` of those that are known. The project must have a pseudonym key.
    void add(std::string_view project, std::span<const Refusal> refusals, std::int64_t now);
    // Removes the refusals of these files, which were encrypted, under any rules.
    void forget(std::span<const Digest> files);

    // All refusals in groups, sorted by project, then by size.
    [[nodiscard]] std::vector<RefusedFiles> list();

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
