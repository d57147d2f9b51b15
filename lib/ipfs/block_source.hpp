// Where blocks come from: the own store, another custodian's. A source is not trusted: what it gives is compared with
// the CID before anyone uses a byte of it, and where it has nothing or something else, the next source is asked.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "ipfs/cid.hpp"

namespace msh::ipfs {

// No block is larger: nodes of the network refuse more.
inline constexpr std::size_t max_block_size = 2 * 1024 * 1024;

// Where a machine that is asked for a block looks for it: in what it holds, or also in its network.
enum class LookupScope { here, around };

// The source is rate-limiting: retry after this time.
class RetryAfter : public Error {
  public:
    RetryAfter(const std::string& message, std::chrono::seconds for_time)
        : Error(ErrorKind::again, message), time_(for_time) {}
    [[nodiscard]] std::chrono::seconds time() const noexcept { return time_; }

  private:
    std::chrono::seconds time_;
};

// A permanent failure of the source: retrying does not help.
class PermanentSourceError : public Error {
  public:
    PermanentSourceError(const std::string& message, const std::string& hint)
        : Error(ErrorKind::failed, message, hint) {}
};

// How a source failed that could not be asked: trying again may help, or it does not.
enum class SourceFailure { temporary, permanent };
// Nothing for any other error: of a block (kind `input`), or one that ends the run.
[[nodiscard]] std::optional<SourceFailure> source_failure(const Error& error);

class BlockSource {
  public:
    virtual ~BlockSource() = default;

    // The bytes under this name, NOT verified, at most max_block_size of them; nothing when the source has no such
    // block. Throws Error when it cannot tell: kind `input` when what it has cannot be the block, another kind when
    // asking failed. Called by several threads at once.
    [[nodiscard]] virtual std::optional<Bytes> fetch(const Cid& cid) = 0;

    // Makes `destination` a hard link to the block's own file, verified, replacing what is there. False, and nothing
    // changed, where there is no such file, or it is damaged, or it cannot be linked: fetch() then.
    [[nodiscard]] virtual bool link(const Cid& /*cid*/, std::uint64_t /*size*/,
                                    const std::filesystem::path& /*destination*/) {
        return false;
    }
};

// Asked in this order. Not owned.
using BlockSources = std::vector<BlockSource*>;

// A block as all sources together know it.
struct LookupResult {
    enum class State {
        found,    // `bytes` is the block
        absent,   // no source has it
        damaged,  // at least one source has it, but none has it right
    };
    State state = State::absent;
    Bytes bytes;
};

// Whether these bytes are the block.
[[nodiscard]] bool is_block(const Cid& cid, ByteView bytes);

// Throws the error of a source that could not be asked, when none of the others had the block: it is not known to be
// absent then.
[[nodiscard]] LookupResult find_block(const BlockSources& sources, const Cid& cid);

}  // namespace msh::ipfs
