// Blocks in memory, and files made of them, for the tests of this room.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/cid.hpp"
#include "ipfs/unixfs.hpp"

namespace msh::ipfs::test {

class MemorySource : public BlockSource {
  public:
    [[nodiscard]] std::optional<Bytes> fetch(const Cid& cid) override {
        const std::lock_guard guard(mutex_);
        ++fetched;
        const auto found = blocks.find(cid.text());
        return found == blocks.end() ? std::nullopt : std::optional(found->second);
    }

    Cid add(Codec codec, Bytes block) {
        const Cid cid = Cid::of(codec, block);
        blocks[cid.text()] = std::move(block);
        return cid;
    }

    // Every block of a file.
    Cid add_file(ByteView bytes, const Layout& layout) {
        FileBuilder builder(
            layout, [&](const Cid& cid, ByteView block) { blocks[cid.text()] = Bytes(block.begin(), block.end()); }, 1);
        builder.push(bytes);
        return builder.finish();
    }

    std::map<std::string, Bytes> blocks;
    std::atomic<std::size_t> fetched = 0;

  private:
    std::mutex mutex_;
};

inline Bytes random_bytes(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    Bytes out(size);
    std::generate(out.begin(), out.end(), [&] { return static_cast<std::uint8_t>(random()); });
    return out;
}

}  // namespace msh::ipfs::test
