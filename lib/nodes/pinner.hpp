// Who can be asked which payloads it has pinned: a cluster (nodes/cluster.hpp), or a pinning service
// (nodes/pin_service.hpp).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "http/server.hpp"
#include "ipfs/cid.hpp"

namespace msh::nodes {

enum class PinState {
    absent,   // never asked for
    waiting,  // queued, or being pinned
    pinned,
    failed,
};

struct PinStatus {
    PinState state = PinState::absent;
    std::string why{};         // it failed, as far as that is said; printable
    bool may_recover = false;  // where it failed: if asked to try again
};

// Any number of threads may ask at once. Throws Error as Kubo does (nodes/kubo.hpp).
class Pinner {
  public:
    Pinner() = default;
    Pinner(const Pinner&) = delete;
    Pinner& operator=(const Pinner&) = delete;
    virtual ~Pinner() = default;

    [[nodiscard]] virtual const std::string& host() const noexcept = 0;
    [[nodiscard]] virtual std::vector<PinStatus> states(std::span<const ipfs::Cid> roots) = 0;
    // Has it try again to pin a payload that failed.
    virtual void recover(const ipfs::Cid& /*root*/) {}
};

// How many questions about pins are asked of one server side by side.
inline constexpr unsigned pin_questions_at_once = 4;

// The errors of answers about pins: with another status than expected, not as specified, about another CID.
[[noreturn]] void refuse_answer(const http::Server& server, const http::Response& answer);
[[noreturn]] void refuse_unreadable(const http::Server& server);
[[noreturn]] void refuse_other_cid(const http::Server& server);

}  // namespace msh::nodes
