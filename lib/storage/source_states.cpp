#include "storage/source_states.hpp"

#include <cstdint>

#include "ipfs/file_walk.hpp"

namespace msh::storage {
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

std::string_view state_of_count(std::uint64_t there, bool is_all) {
    if (is_all) return SourceState::whole;
    return there > 0 ? SourceState::part : SourceState::absent;
}

}  // namespace

std::vector<SourceState> SourceStates::find(const ipfs::PayloadRef& payload) {
    sources_.ask_routers(payload.root);
    const std::vector<ipfs::Cid> blocks = blocks_of(payload);
    std::vector<SourceState> states;
    for (const auto& [name, source] : sources_.named_local())
        states.push_back({name, state_of(*source, payload)});
    for (const auto& [name, source] : sources_.remote())
        states.push_back({name, state_of(*source, payload.root, blocks)});
    return states;
}

void SourceStates::note_failure(const Error& error) {
    program_.stop_if_signalled();
    if (error.kind() == ErrorKind::again) {
        has_failed_ = true;
    } else if (!was_refused_.exchange(true)) {
        program_.error(error);
    }
}

// None where a node is nowhere.
std::vector<ipfs::Cid> SourceStates::blocks_of(const ipfs::PayloadRef& payload) {
    try {
        std::vector<ipfs::Cid> blocks;
        sources_.with_finder(1, [&](ipfs::BlockFinder& finder) { blocks = ipfs::blocks_of(payload, finder, layout); });
        return blocks;
    } catch (const ipfs::TooManyBlocks&) {
        throw;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input && !ipfs::source_failure(error)) throw;
        return {};  // whoever failed is asked again, and its state is unknown
    }
}

std::string_view SourceStates::state_of(ipfs::BlockSource& source, const ipfs::PayloadRef& payload) {
    try {
        const auto check =
            ipfs::check_payload(payload, {&source}, layout, 1, [this] { return program_.is_signalled(); });
        if (check.is_too_large) throw ipfs::TooManyBlocks();
        return state_of_count(check.whole, check.ok());
    } catch (const ipfs::PermanentSourceError& error) {
        note_failure(error);
        return SourceState::unknown;
    }
}

std::string_view SourceStates::state_of(nodes::ClaimingSource& source, const ipfs::Cid& root,
                                        const std::vector<ipfs::Cid>& blocks) {
    try {
        if (blocks.empty()) return state_of_count(source.claims(root) ? 1 : 0, false);
        std::uint64_t there = 0;
        for (const ipfs::Cid& block : blocks) {
            if (!source.claims(block)) return state_of_count(there, false);
            ++there;
        }
        return SourceState::whole;
    } catch (const Error& error) {
        if (!ipfs::source_failure(error)) throw;
        note_failure(error);
        return SourceState::unknown;
    }
}

}  // namespace msh::storage
