// Which log a restored keystore continues: the one in the home folder, a copy of another folder's, or a new one.
// Continuing from an old copy would fork the log, because its later entries would be signed a second time, with other
// contents.
//
//     LogChoice log(home, copy_from, new_name);   // before anything is written
//     log.require_newer_than(keystore);           // restored from the backup, still under a temporary name
//     log.adopt(keystore);
//     log.report(program);                        // when it has
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/program.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"

namespace msh::lifecycle {

// The leaves that a keystore does not know, for a message: "the log holds 2 leaves (4 to 5) that this keystore does not
// know". `log.first_unknown` is less than `log.log_size`.
[[nodiscard]] std::string unknown_leaves(const custodian::CaughtUp& log);

class LogChoice {
  public:
    // At most one of `copy_from`, a folder, and `new_name` is given. Throws Error (usage) if they do not name a log, or
    // if another log is in the home folder.
    LogChoice(const custodian::Home& home, const std::optional<std::string>& copy_from,
              const std::optional<std::string>& new_name);

    // Throws Error (failed) if the log lacks anything that the keystore had signed when the backup was made.
    void require_newer_than(keystore::Keystore& keystore) const;

    // Copies the log, and lets the keystore continue it or begin the new one. Throws Error (failed) for a log that is
    // damaged, or not the keystore's.
    void adopt(keystore::Keystore& keystore);

    // Says what that means: a new fingerprint, or what the log knows and the backup does not.
    void report(Program& program) const;

  private:
    const custodian::Home& home_;
    std::optional<std::filesystem::path> copy_from_;
    std::optional<std::string> new_name_;
    std::string former_key_;  // of the log before the new one
    custodian::CaughtUp caught_up_;
};

}  // namespace msh::lifecycle
