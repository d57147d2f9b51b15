#include "lifecycle/tombstones_repair.hpp"

#include <string>

#include "keystore/shredding.hpp"
#include "keystore/tombstones.hpp"

namespace msh::lifecycle {
namespace {

std::string what_was_wrong(keystore::ListState state) {
    switch (state) {
        case keystore::ListState::missing:
            return "was missing";
        case keystore::ListState::incomplete:
            return "lacked some of them";
        case keystore::ListState::damaged:
            return "was damaged, and is kept as 'tombstones.damaged'";
        case keystore::ListState::whole:
            break;
    }
    return {};
}

}  // namespace

void repair_tombstones(keystore::Keystore& keystore, const custodian::Home& home, Program& program) {
    const auto state = keystore::repair_tombstones(home.tombstones(), keystore::Shredding(keystore).tombstones());
    if (state == keystore::ListState::whole) return;
    program.warn("the list of shredded studies " + what_was_wrong(state) + ": recreated from the keystore");
}

}  // namespace msh::lifecycle
