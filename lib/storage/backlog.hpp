// The payloads that targets of a run with --at-least still lack. The keystore notes them (storage/commit.hpp), and a
// run that names the target again sends them. Their files stay in the spool until then.
//
//     Backlog backlog(putter, keystore, targets, program);     // when all records have left
//     const bool all_well = backlog.send();
//     backlog.tell();
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/program.hpp"
#include "keystore/keystore.hpp"
#include "record/object.hpp"
#include "storage/putter.hpp"
#include "storage/target.hpp"
#include "storage/target_set.hpp"

namespace msh::storage {

class Backlog {
  public:
    // All must outlive it. Without a keystore there is nothing to send.
    Backlog(Putter& putter, keystore::Keystore* keystore, TargetSet& targets, Program& program)
        : putter_(putter), keystore_(keystore), targets_(targets), program_(program) {}

    // Sends each remaining target the payloads that it lacks from this and earlier runs. Prints errors; returns false
    // if there was one.
    [[nodiscard]] bool send();
    // Prints how many payloads each target still lacks.
    void tell() const;

    // may_go_better(): an error ended a target that may not come again (kind `again`). has_failed(): one of kind
    // `failed` did.
    [[nodiscard]] bool may_go_better() const noexcept { return may_go_better_; }
    [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }

  private:
    [[nodiscard]] bool send(Target& target);
    [[nodiscard]] bool send(Target& target, const std::vector<record::Object>& objects);

    Putter& putter_;
    keystore::Keystore* keystore_;
    TargetSet& targets_;
    Program& program_;
    std::set<std::string> hints_;  // each is printed once
    bool may_go_better_ = false;
    bool has_failed_ = false;
};

}  // namespace msh::storage
