// Payloads into a node, or into a cluster by its proxy: a batch is sent in a few imports side by side, and each payload
// is pinned by itself, so that it can be taken back alone.
//
//     NodeWriter writer(node);
//     NodeWriter::Sender sender(writer);                              // for each payload, by any thread
//     const Cid root = build_payload(path, size, layout, 1, std::ref(sender));
//     sender.finish({root, size});
//     const NodeWriter::BatchResult result = writer.finish_batch();  // once a batch, when all senders have ended
//
// The blocks that the node has of a large payload whose sending was broken off are not sent again. Once a batch is
// sent, the pins are asked for, and a few of the blocks are read back: a payload that is not pinned is refused, and a
// node that does not have what it has taken is an Error of kind `again`, as is one that breaks off.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ipfs/payload.hpp"
#include "nodes/import.hpp"
#include "nodes/kubo.hpp"

namespace msh::nodes {

// A payload that was not taken in the end.
struct PinRefusal {
    ipfs::Cid root;
    Error why;
    bool is_late = false;  // it may be taken yet, and was waited for in vain
};

class NodeWriter {
  public:
    // The node must outlive it.
    explicit NodeWriter(Kubo& node) : node_(node) {}

    // The blocks of one payload, on their way into one import.
    class Sender {
      public:
        explicit Sender(NodeWriter& writer) : writer_(writer), import_(writer.claim()), random_(writer.seed()) {}
        Sender(const Sender&) = delete;
        Sender& operator=(const Sender&) = delete;
        ~Sender();

        // A BlockSink, by one thread.
        void operator()(const ipfs::Cid& cid, ByteView block);
        void finish(const ipfs::PayloadRef& payload) { writer_.add(&import_, {payload, sample_}); }

      private:
        [[nodiscard]] bool is_there(const ipfs::Cid& cid, ByteView block);

        NodeWriter& writer_;
        Import& import_;
        bool is_ended_ = false;
        bool is_first_ = true;
        bool may_be_there_ = true;
        std::uint64_t blocks_ = 0;
        std::optional<ipfs::Cid> sample_;  // each block is as likely to be it as any other
        std::minstd_rand random_;
    };

    // A payload whose blocks are all there, and which is pinned: it is only asked for at the end.
    void add_pinned(const ipfs::PayloadRef& payload) { add(nullptr, {payload, std::nullopt}); }

    struct BatchResult {
        std::vector<ipfs::PayloadRef> pinned;
        std::vector<PinRefusal> refusals;
    };
    [[nodiscard]] BatchResult finish_batch();

  private:
    struct Sent {
        ipfs::PayloadRef payload;
        std::optional<ipfs::Cid> sample;  // one of the blocks that were sent
    };
    using Reasons = std::map<ipfs::Cid, std::string>;

    [[nodiscard]] Import& claim();
    [[nodiscard]] std::minstd_rand::result_type seed();
    void give_back(Import& import);
    void add(Import* import, const Sent& sent);
    void end_imports(Reasons& reasons);
    void pin_in_cluster(Reasons& reasons);
    void read_back(const std::vector<Sent>& sent, const std::vector<bool>& pinned);

    Kubo& node_;
    std::mutex mutex_;
    // Of this batch:
    std::vector<std::unique_ptr<Import>> imports_;
    std::vector<Import*> idle_;
    std::vector<Sent> sent_;
    std::optional<Error> failure_;
    std::minstd_rand random_{std::random_device()()};
};

}  // namespace msh::nodes
