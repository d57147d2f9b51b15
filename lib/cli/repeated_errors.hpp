// Errors of inputs, of which a dead network or a wrong folder makes thousands: ten that say the same are written, each
// with its place, and the others counted. Those that differ in a CID or an id alone say the same. A hint is given once.
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
    // However the run ends.
    ~RepeatedErrors() { finish(); }

    // "record 7", unless the error says that itself, and what is wrong with it. By one thread.
    void say(const std::string& where, const Error& error);
    // Writes the counts, and begins anew.
    void finish() noexcept;

  private:
    std::map<std::pair<ErrorKind, std::string>, std::uint64_t> counts_;
    std::set<std::string> hints_;
};

}  // namespace msh::cli
