// A keystore for tests of the rooms that know the custodian.
#pragma once

#include <memory>
#include <stdexcept>
#include <string_view>

#include "crypto/random.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"

namespace msh::test {

// Makes the home folder, and in it a keystore, which is unlocked.
inline std::unique_ptr<keystore::Keystore> new_keystore(const custodian::Home& home,
                                                        std::string_view log_origin = "hospital.example/log",
                                                        const Key& master = crypto::random_key()) {
    home.make();
    if (!keystore::Keystore::create(home.keystore(), master, log_origin)) {
        throw std::logic_error("the home folder has a keystore already");
    }
    auto keystore = std::make_unique<keystore::Keystore>(home.keystore());
    keystore->unlock(master);
    return keystore;
}

}  // namespace msh::test
