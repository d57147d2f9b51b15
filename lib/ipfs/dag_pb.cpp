#include "ipfs/dag_pb.hpp"

#include <numeric>
#include <string_view>
#include <utility>

#include "ipfs/varint.hpp"

namespace msh::ipfs {
namespace {

// Tags of the fields: number << 3 | wire type.
constexpr std::uint8_t varint_field(unsigned field) {
    return static_cast<std::uint8_t>(field << 3);
}
constexpr std::uint8_t bytes_field(unsigned field) {
    return static_cast<std::uint8_t>(field << 3 | 2);
}

constexpr std::uint8_t link_hash = bytes_field(1);
constexpr std::uint8_t link_name = bytes_field(2);
constexpr std::uint8_t link_total_size = varint_field(3);
constexpr std::uint8_t node_link = bytes_field(2);
constexpr std::uint8_t node_data = bytes_field(1);
constexpr std::uint8_t unixfs_type = varint_field(1);
constexpr std::uint8_t unixfs_data = bytes_field(2);
constexpr std::uint8_t unixfs_file_size = varint_field(3);
constexpr std::uint8_t unixfs_block_size = varint_field(4);
constexpr std::uint8_t unixfs_hash_type = varint_field(5);
constexpr std::uint8_t unixfs_fanout = varint_field(6);
constexpr std::uint64_t type_directory = 1;
constexpr std::uint64_t type_file = 2;
constexpr std::uint64_t type_hamt_shard = 5;
constexpr std::uint64_t murmur3_x64_64 = 0x22;
constexpr std::uint64_t fanout = 256;

void put_number(Bytes& out, std::uint8_t tag, std::uint64_t value) {
    out.push_back(tag);
    put_varint(out, value);
}

void put_bytes(Bytes& out, std::uint8_t tag, ByteView value) {
    put_number(out, tag, value.size());
    append(out, value);
}

// Reads fields from the front of a message. Each take gives nothing, and ends the reading, where the next field is
// another one or is not written as put_... writes it.
class Reader {
  public:
    explicit Reader(ByteView message) : rest_(message) {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] bool next_is(std::uint8_t tag) const noexcept { return !rest_.empty() && rest_.front() == tag; }

    std::optional<std::uint64_t> take_number(std::uint8_t tag) {
        if (!next_is(tag)) return std::nullopt;
        rest_ = rest_.subspan(1);
        return take_varint(rest_);
    }

    std::optional<ByteView> take_bytes(std::uint8_t tag) {
        const auto size = take_number(tag);
        if (!size || *size > rest_.size()) return std::nullopt;
        const ByteView value = rest_.first(static_cast<std::size_t>(*size));
        rest_ = rest_.subspan(value.size());
        return value;
    }

  private:
    ByteView rest_;
};

std::optional<Link> decode_link(ByteView message) {
    Reader reader(message);
    const auto hash = reader.take_bytes(link_hash);
    if (!hash) return std::nullopt;
    const auto cid = Cid::from_binary(*hash);
    const auto name = reader.take_bytes(link_name);
    const auto total_size = reader.take_number(link_total_size);
    if (!cid || !name || !total_size || !reader.at_end()) return std::nullopt;
    return Link{*cid, std::string(as_text(*name)), *total_size};
}

}  // namespace

Bytes encode_node(const Node& node) {
    Bytes out;
    Bytes message;
    for (const Link& link : node.links) {
        message.clear();
        put_bytes(message, link_hash, link.cid.binary());
        put_bytes(message, link_name, as_bytes(link.name));
        put_number(message, link_total_size, link.total_size);
        put_bytes(out, node_link, message);
    }
    if (node.data) put_bytes(out, node_data, *node.data);
    return out;
}

std::optional<Node> decode_node(ByteView block) {
    Reader reader(block);
    Node node;
    while (reader.next_is(node_link)) {
        const auto message = reader.take_bytes(node_link);
        auto link = message ? decode_link(*message) : std::nullopt;
        if (!link) return std::nullopt;
        node.links.push_back(std::move(*link));
    }
    if (reader.next_is(node_data)) {
        const auto data = reader.take_bytes(node_data);
        if (!data) return std::nullopt;
        node.data.emplace(data->begin(), data->end());
    }
    if (!reader.at_end()) return std::nullopt;
    return node;
}

Bytes encode_file_data(const std::vector<std::uint64_t>& block_sizes) {
    Bytes out;
    put_number(out, unixfs_type, type_file);
    put_number(out, unixfs_file_size, std::accumulate(block_sizes.begin(), block_sizes.end(), std::uint64_t{0}));
    for (const std::uint64_t size : block_sizes)
        put_number(out, unixfs_block_size, size);
    return out;
}

Bytes encode_directory_data() {
    Bytes out;
    put_number(out, unixfs_type, type_directory);
    return out;
}

Bytes encode_shard_data(ByteView bitfield) {
    Bytes out;
    put_number(out, unixfs_type, type_hamt_shard);
    put_bytes(out, unixfs_data, bitfield);
    put_number(out, unixfs_hash_type, murmur3_x64_64);
    put_number(out, unixfs_fanout, fanout);
    return out;
}

}  // namespace msh::ipfs
