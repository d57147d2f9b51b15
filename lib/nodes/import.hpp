// Payloads into a node, in one streamed request: an archive with all blocks, then one with nothing but the roots, each
// of which the node pins by itself.
//
//     Import import(node, Import::Pins::each_root);
//     import.put(cid, block);  ...  import.add_root(root, size);  ...  import.end();
//     Import::Outcome outcome = import.outcome();
//
// A root whose blocks are not all there makes a node wait for them without an end; the wait is ended here. Whatever the
// node says: ask for the pins afterwards (Kubo::are_pinned).
//
// Source: Kubo's RPC API, dag/import; CARv1.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/error.hpp"
#include "http/upload.hpp"
#include "ipfs/cid.hpp"
#include "nodes/kubo.hpp"

namespace msh::nodes {

class Import {
  public:
    enum class Pins { none, each_root };

    Import(const Kubo& node, Pins pins);

    // By any thread. False when the node does not want any more: outcome() says why.
    bool put(const ipfs::Cid& cid, ByteView block);
    // After its blocks; `size` is that of the payload.
    void add_root(const ipfs::Cid& root, std::uint64_t size);
    // To be called once. The node has everything then, and works on it.
    void end();

    struct Outcome {
        std::optional<Error> failure;                 // of the whole
        std::map<ipfs::Cid, std::string> pin_errors;  // by root, what the node said
    };
    // Waits for it.
    [[nodiscard]] Outcome outcome();

  private:
    [[nodiscard]] Outcome read(const http::Response& answer) const;

    const Kubo& node_;
    std::mutex mutex_;
    std::set<ipfs::Cid> roots_;
    http::Upload upload_;
};

}  // namespace msh::nodes
