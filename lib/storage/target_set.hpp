// The targets of a run. With --at-least, some of them may fail: the run continues without a target that failed, as long
// as enough are left.
//
//     TargetSet targets(list, at_least, program);
//     if (targets.attempt(target, [&] { cid = target.store_file(file, expected); })) ...
//
// attempt() and loss() may be called by several threads at once.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/program.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/cid.hpp"
#include "keystore/keystore.hpp"
#include "storage/target.hpp"

namespace msh::storage {

class TargetSet {
  public:
    // Each payload must be stored in at least `at_least` of the counted targets, or in all of them if it is not given.
    // The targets and the program must outlive it.
    TargetSet(const std::vector<std::unique_ptr<Target>>& targets, const std::optional<std::size_t>& at_least,
              Program& program);

    // Opens all, and closes those that are left. Without a keystore nobody knows which have payloads.
    void open(keystore::Keystore* keystore);
    void close(bool all_well);

    [[nodiscard]] const std::vector<Target*>& all() const noexcept { return all_; }
    // How many of the targets may lack a payload whose record is still written.
    [[nodiscard]] std::size_t spare() const noexcept { return spare_; }

    // Calls `call`, unless the target is lost. Returns false if the target is lost already, or is lost by this call;
    // its error is printed once. Errors of other kinds than `again` and `failed` pass through; so does every error if
    // the target is not counted, or too few targets would be left.
    bool attempt(const Target& target, const std::function<void()>& call);

    // The error by which a target was lost; nullopt if it was not.
    [[nodiscard]] std::optional<Error> loss(const Target& target) const;
    [[nodiscard]] std::vector<Target*> remaining_of(const std::vector<Target*>& targets) const;
    // The targets that are left and that payloads can be read from.
    [[nodiscard]] ipfs::BlockSources sources() const;
    // Whether a payload that is nowhere else may be in a target that was lost.
    [[nodiscard]] bool has_lost_a_lasting_target() const;

    // Has all targets commit at the same time, then those that fetch from others. Returns why payloads were refused;
    // what a lost target took is not among them.
    using Refused = std::map<const Target*, std::map<ipfs::Cid, Error>>;
    [[nodiscard]] Refused commit();

  private:
    Program& program_;
    std::vector<Target*> all_;
    std::size_t spare_ = 0;
    mutable std::mutex mutex_;
    std::map<const Target*, Error> lost_;
};

// Why this target refused this payload or directory; nullopt if it did not.
[[nodiscard]] std::optional<Error> why_refused(const TargetSet::Refused& refused, const Target& target,
                                               const ipfs::Cid& root);

}  // namespace msh::storage
