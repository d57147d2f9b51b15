// Projects: each has a pseudonym key of its own, so that its pseudonyms cannot be linked with another project's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "keystore/keystore.hpp"

namespace msh::keystore {

class Projects {
  public:
    explicit Projects(Keystore& keystore) : keystore_(keystore) {}

    // The key of a project, made when it is missing. A name is UTF-8, 1 to 64 bytes, without control characters;
    // anything else is an Error of kind `usage`.
    [[nodiscard]] Key pseudonym_key(std::string_view name);
    [[nodiscard]] std::vector<std::string> names();

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
