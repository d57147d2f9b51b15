#include "ipfs/block_source.hpp"

#include <exception>
#include <utility>

namespace msh::ipfs {

std::optional<SourceFailure> source_failure(const Error& error) {
    if (error.kind() == ErrorKind::again) return SourceFailure::temporary;
    if (dynamic_cast<const PermanentSourceError*>(&error) != nullptr) return SourceFailure::permanent;
    return std::nullopt;
}

bool is_block(const Cid& cid, ByteView bytes) {
    return bytes.size() <= max_block_size && Cid::of(cid.codec(), bytes) == cid;
}

LookupResult find_block(const BlockSources& sources, const Cid& cid) {
    LookupResult found;
    std::exception_ptr not_asked;
    for (BlockSource* source : sources) {
        try {
            auto bytes = source->fetch(cid);
            if (!bytes) continue;
            if (is_block(cid, *bytes)) return {LookupResult::State::found, std::move(*bytes)};
            found.state = LookupResult::State::damaged;
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::input) {
                found.state = LookupResult::State::damaged;
            } else {
                not_asked = std::current_exception();
            }
        }
    }
    if (not_asked) std::rethrow_exception(not_asked);
    return found;
}

}  // namespace msh::ipfs
