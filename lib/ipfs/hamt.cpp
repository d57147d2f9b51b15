#include "ipfs/hamt.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <murmurhash.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace msh::ipfs {
namespace {

struct Hashed {
    std::uint64_t hash;
    const Link* entry;
};

std::uint64_t hash_of(std::string_view name) {
    std::array<std::uint64_t, 2> hash{};
    ::lmmh_x64_128(name.data(), static_cast<unsigned>(name.size()), 0, hash.data());
    return hash[0];
}

std::uint8_t byte_at(std::uint64_t hash, unsigned depth) {
    return static_cast<std::uint8_t>(hash >> (8 * (sizeof hash - 1 - depth)));
}

std::string prefix_of(std::uint8_t index) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {digits[index >> 4], digits[index & 15]};
}

// Which values of a byte have a link.
class Bitfield {
  public:
    void set(std::uint8_t index) {
        std::uint8_t& byte = bytes_[bytes_.size() - 1 - index / 8];
        byte = static_cast<std::uint8_t>(byte | 1U << index % 8);
    }
    [[nodiscard]] ByteView shortest() const {
        const auto first = std::find_if(bytes_.begin(), bytes_.end(), [](std::uint8_t byte) { return byte != 0; });
        return {first, bytes_.end()};
    }

  private:
    std::array<std::uint8_t, 32> bytes_{};
};

// The shard of entries that are sorted by their hashes, all of them different, which agree in the first `depth` bytes.
Link put_shard(std::span<const Hashed> entries, unsigned depth, const BlockSink& sink) {
    Node node;
    Bitfield bitfield;
    while (!entries.empty()) {
        const std::uint8_t index = byte_at(entries.front().hash, depth);
        const auto end = std::find_if(entries.begin(), entries.end(),
                                      [&](const Hashed& one) { return byte_at(one.hash, depth) != index; });
        const auto count = static_cast<std::size_t>(end - entries.begin());
        Link link = count == 1 ? *entries.front().entry : put_shard(entries.first(count), depth + 1, sink);
        link.name.insert(0, prefix_of(index));
        node.links.push_back(std::move(link));
        bitfield.set(index);
        entries = entries.subspan(count);
    }
    node.data = encode_shard_data(bitfield.shortest());
    return put_node(node, sink);
}

}  // namespace

Cid build_hamt(std::span<const Link> entries, const BlockSink& sink) {
    std::vector<Hashed> hashed;
    hashed.reserve(entries.size());
    for (const Link& entry : entries)
        hashed.push_back({hash_of(entry.name), &entry});
    std::sort(hashed.begin(), hashed.end(), [](const Hashed& a, const Hashed& b) { return a.hash < b.hash; });
    const auto same = std::adjacent_find(hashed.begin(), hashed.end(),
                                         [](const Hashed& a, const Hashed& b) { return a.hash == b.hash; });
    if (same != hashed.end()) throw Error(ErrorKind::input, "two names in a directory have the same hash");
    return put_shard(hashed, 0, sink).cid;
}

}  // namespace msh::ipfs
