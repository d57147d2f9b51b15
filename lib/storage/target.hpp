// Where payloads are stored: a block store, an archive, a node, a pinning service. store_file() and copy() store one
// payload each. These are durable only after commit(), which is called once for each batch.
//
//     target.open(false);
//     if (!target.holds(payload)) target.copy(payload, finder);      // by any number of threads
//     for (const PinRefusal& refusal : target.commit()) ...             // all others are durable
//     target.close(true, [] {});                                     // at the end of the run
//
// The functions that look for, store and copy payloads may be called by several threads at once. A payload is given to
// all targets at the same time.
//
// Errors: kind `input` if a payload is to blame, `again` or `failed` if the target is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ipfs/block_finder.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/cid.hpp"
#include "ipfs/dag_pb.hpp"
#include "ipfs/payload.hpp"
#include "nodes/node_writer.hpp"

namespace msh::storage {

struct PayloadFile {
    std::filesystem::path path;
    std::uint64_t size;
    ipfs::ImportMode mode;
    std::optional<ipfs::FileStamp> named{};  // the file's stamp when its CID was computed
    unsigned workers = 1;                    // that may read it side by side
};

using nodes::PinRefusal;

class Target {
  public:
    Target() = default;
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;
    virtual ~Target() = default;

    // For messages: a folder, a file, or a URL.
    [[nodiscard]] virtual std::string label() const = 0;
    // What the keystore knows it by; nothing if it cannot be recognised later, as a pipe.
    [[nodiscard]] virtual std::optional<std::string> keystore_name() const = 0;

    // Whether it counts as one of the copies that --at-least asks for.
    [[nodiscard]] virtual bool is_counted() const { return true; }
    // Whether it is expected to keep what it holds, so that the payload's file may be removed. A store and a node are;
    // an archive may be lost in transport, and a pinning service is asked to fetch from elsewhere.
    [[nodiscard]] virtual bool is_lasting() const = 0;
    // Whether it fetches from the other targets, which have to commit first.
    [[nodiscard]] virtual bool fetches_from_others() const { return false; }
    // Whether find_present() tells of any payload, whoever stored it. What the other targets hold, only the keystore
    // knows.
    [[nodiscard]] virtual bool is_asked_by_cid() const { return false; }
    // Reads what it holds; null if it cannot be read.
    [[nodiscard]] virtual ipfs::BlockSource* source() = 0;

    // Call it before anything below. `has_payloads`: the keystore says that payloads were stored here. Throws Error, as
    // all below.
    virtual void open(bool /*has_payloads*/) {}

    // Which of these it seems to hold: a quick check of many.
    [[nodiscard]] virtual std::vector<bool> find_present(std::span<const ipfs::Cid> roots) = 0;
    // Whether it certainly holds this payload: another copy may be removed on this answer.
    [[nodiscard]] virtual bool holds(const ipfs::PayloadRef& payload) = 0;

    // Stores the payload in a file. Throws Error (input) when it is not what it should be, or its CID is not
    // `expected`.
    [[nodiscard]] virtual ipfs::Cid store_file(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) = 0;
    // Copies a payload from where its blocks are found. Throws Error (input) when a block is nowhere.
    virtual void copy(const ipfs::PayloadRef& payload, ipfs::BlockFinder& from) = 0;
    // Stores a directory of payloads that it holds. One thread only. Error (input) as in ipfs/directory.hpp.
    [[nodiscard]] virtual ipfs::Cid store_directory(std::span<const ipfs::Link> entries) = 0;

    // Makes durable what was stored since the last commit, except for the refusals that it returns.
    [[nodiscard]] virtual std::vector<PinRefusal> commit() = 0;
    // From now on commit() does not wait until others have pinned payloads.
    virtual void stop_waiting() {}
    // Ends the run. Where that takes long, `between` is called now and then, and may throw.
    virtual void close(bool /*all_well*/, const std::function<void()>& /*between*/) {}
};

// Error (input) if the file's CID is not `expected`. Called before any of it is copied to where others can read it.
void require_cid(const PayloadFile& file, const std::optional<ipfs::Cid>& expected);

[[nodiscard]] bool is_among(const std::vector<Target*>& targets, const Target* target);

// The bytes of all blocks below a directory.
[[nodiscard]] std::uint64_t size_below(std::span<const ipfs::Link> entries);

}  // namespace msh::storage
