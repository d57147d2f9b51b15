// The targets of a run. With --at-least, some of them may fail: the run goes on without a target that failed, as long
// as enough are left.
//
//     Fleet fleet(targets.list(), at_least);
//     if (fleet.attempt(target, [&] { cid = target.take(file, wanted); })) ...
//
// By several threads at once.
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
#include "ipfs/block_source.hpp"
#include "ipfs/cid.hpp"
#include "target.hpp"

namespace msh {

class Fleet {
  public:
    // `at_least` so many of those that count have to take each payload; without it, all.
    Fleet(const std::vector<std::unique_ptr<Target>>& targets, const std::optional<std::size_t>& at_least);

    [[nodiscard]] const std::vector<Target*>& all() const noexcept { return all_; }
    // How many may lack a payload whose record leaves.
    [[nodiscard]] std::size_t spare() const noexcept { return spare_; }

    // Calls, unless the target is lost already. False when it is, or is so by this: that is said once. Throws on what
    // concerns a payload alone (Error, kind `input`), and everything when too few targets would be left.
    bool attempt(const Target& target, const std::function<void()>& call);

    // Why a target is lost; nothing for one that is not.
    [[nodiscard]] std::optional<Error> loss(const Target& target) const;
    [[nodiscard]] std::vector<Target*> left_of(const std::vector<Target*>& targets) const;
    // Where payloads can be read: those of the targets that are left.
    [[nodiscard]] ipfs::BlockSources sources() const;

    // Settles all at once, and those that follow others after these; gives why payloads were refused. Those that a lost
    // target took are not among them.
    using Refused = std::map<const Target*, std::map<ipfs::Cid, Error>>;
    [[nodiscard]] Refused settle();

  private:
    std::vector<Target*> all_;
    std::size_t spare_ = 0;
    mutable std::mutex mutex_;
    std::map<const Target*, Error> lost_;
};

}  // namespace msh
