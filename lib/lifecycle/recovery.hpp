// Adds the objects of records that are anchored in the own log to a keystore that lost them, and tells which cannot be
// opened any more. An object is added only if its leaf is in the own log, so that nobody else can have made the record,
// and if the keystore's secrets open its boxes.
//
//     Recovery recovery(keystore, home);          // after the keystore has caught up with the log
//     if (recovery.judge(object) == Recovery::Verdict::keys_lost) ...
#pragma once

#include <cstdint>

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "custodian/opening.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "log/reader.hpp"
#include "record/object.hpp"

namespace msh::lifecycle {

class Recovery {
  public:
    enum class Verdict {
        not_own,    // without an anchor in the own log
        known,      // the keystore has the object
        shredded,   // with its study
        added,      // to the keystore again
        keys_lost,  // the secrets of its study are not in the keystore, or are others
    };

    // Needs the unlocked keystore. Throws Error (failed) if there is no log, or it is damaged.
    Recovery(keystore::Keystore& keystore, const custodian::Home& home);

    // Throws Error (input) for a record that disagrees with its leaf or with the object that is known. For many, wrap
    // the calls in one keystore::Transaction.
    [[nodiscard]] Verdict judge(const record::Object& object);

    [[nodiscard]] bool has_lost_keys() const noexcept { return lost_ > 0; }

    // Prints the counts. `has_read_all`: whether every line was a record that could be judged.
    void report(bool has_read_all, Program& program) const;

  private:
    [[nodiscard]] bool has_keys(const record::Object& object);

    keystore::Keystore& keystore_;
    keystore::Objects objects_;
    custodian::Opener opener_;
    log::Reader log_;
    std::uint64_t added_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace msh::lifecycle
