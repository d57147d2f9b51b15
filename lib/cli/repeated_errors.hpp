// Prints errors of inputs; an unreachable network or a wrong folder can cause thousands. Of the same error, the first
// ten are printed with their inputs, and the others are counted. Errors that differ only in a CID or an id count as the
// same. Each hint is printed once.
//
//     msh-get: error: record 10: block bafkrei... is in none of the sources
//     msh-get: error: ... and 4,990 more like it: block ... is in none of the sources
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace msh::cli {

class RepeatedErrors {
  public:
    RepeatedErrors() = default;
    RepeatedErrors(const RepeatedErrors&) = delete;
    RepeatedErrors& operator=(const RepeatedErrors&) = delete;
    // Prints the counts, however the run ends.
    ~RepeatedErrors() { finish(); }

    // `where` is the input, as "record 7", or empty. One thread only.
    void say(const std::string& where, const Error& error);
    // Prints and resets the counts.
    void finish() noexcept;

  private:
    std::map<std::pair<ErrorKind, std::string>, std::uint64_t> counts_;
    std::set<std::string> hints_;
};

}  // namespace msh::cli
