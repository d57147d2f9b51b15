// How much of a payload each source holds.
//
//     SourceStates states(sources, program);
//     for (const SourceState& one : states.find(payload)) ...
//
// Sources on this machine are read and verified. What a remote source claims to have is taken without fetching, unless
// it claims to have everything (nodes/remote_source.hpp).
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/program.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/cid.hpp"
#include "ipfs/payload.hpp"
#include "nodes/remote_source.hpp"
#include "storage/payload_sources.hpp"

namespace msh::storage {

struct SourceState {
    static constexpr std::string_view whole = "whole";
    static constexpr std::string_view part = "part";
    static constexpr std::string_view absent = "absent";
    static constexpr std::string_view unknown = "unknown";  // it does not answer as it should

    std::string source;
    std::string_view state;

    [[nodiscard]] bool is_whole() const { return state == whole; }
};

class SourceStates {
  public:
    // Both must outlive it. The sources are asked for what they have themselves (ipfs::LookupScope::here).
    SourceStates(PayloadSources& sources, Program& program) : sources_(sources), program_(program) {}

    // Those of this machine first. By any thread. Throws Error (input) if the payload has more blocks than are looked
    // at.
    [[nodiscard]] std::vector<SourceState> find(const ipfs::PayloadRef& payload);

    // Remembers that a source failed. The first permanent error is printed.
    void note_failure(const Error& error);

    // Whether a source or router did not answer as it should, so that trying again may help.
    [[nodiscard]] bool may_go_better() const noexcept { return has_failed_ || sources_.router_failed(); }
    // Whether one failed permanently.
    [[nodiscard]] bool was_refused() const noexcept { return was_refused_ || sources_.router_refused(); }

  private:
    [[nodiscard]] std::string_view state_of(ipfs::BlockSource& source, const ipfs::PayloadRef& payload);
    [[nodiscard]] std::string_view state_of(nodes::ClaimingSource& source, const ipfs::Cid& root,
                                            const std::vector<ipfs::Cid>& blocks);
    [[nodiscard]] std::vector<ipfs::Cid> blocks_of(const ipfs::PayloadRef& payload);

    PayloadSources& sources_;
    Program& program_;
    std::atomic<bool> has_failed_{false};
    std::atomic<bool> was_refused_{false};
};

}  // namespace msh::storage
