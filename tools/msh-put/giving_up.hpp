// A target that will not come back: what it is still to get is given up, and files leave the spool that waited for it
// alone.
#pragma once

#include <string>

#include "custodian/home.hpp"

namespace msh {

// `target` is a URL or a folder, as it was named to the runs before. Error (failed) without a keystore.
void give_up(const custodian::Home& home, const std::string& target);

}  // namespace msh
