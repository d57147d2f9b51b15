#include "ipfs/car.hpp"

#include <algorithm>
#include <array>

#include "ipfs/varint.hpp"

namespace msh::ipfs {
namespace {

// The header is a map in DAG-CBOR, whose form is fixed: {"roots": [42(h'00 CID')...], "version": 1}.
constexpr std::array<std::uint8_t, 7> map_of_roots{0xa2, 0x65, 'r', 'o', 'o', 't', 's'};
constexpr std::array<std::uint8_t, 9> version_1{0x67, 'v', 'e', 'r', 's', 'i', 'o', 'n', 1};
constexpr std::array<std::uint8_t, 11> version_2{0x0a, 0xa1, 0x67, 'v', 'e', 'r', 's', 'i', 'o', 'n', 2};
constexpr std::array<std::uint8_t, 2> link_tag{0xd8, 42};
constexpr std::uint8_t cbor_array = 0x80;
constexpr std::uint8_t cbor_bytes = 0x40;
constexpr std::uint8_t identity_multibase = 0;  // stands before the CID in a link
constexpr std::array<std::uint8_t, 4> empty_identity_cid{1, 0x55, 0, 0};

constexpr std::size_t part_size = 64 << 10;  // of a long header

// Major type and argument, as short as it can be.
void put_cbor_head(Bytes& out, std::uint8_t type, std::uint64_t value) {
    const auto big_endian = [&](std::uint8_t info, std::size_t size) {
        out.push_back(type | info);
        std::array<std::uint8_t, 8> bytes{};
        store_big_endian(value, bytes);
        append(out, ByteView(bytes).last(size));
    };
    if (value < 24) {
        out.push_back(type | static_cast<std::uint8_t>(value));
    } else if (value <= 0xff) {
        big_endian(24, 1);
    } else if (value <= 0xffff) {
        big_endian(25, 2);
    } else {
        big_endian(26, 4);  // no header is as long as that
    }
}

void put_link(Bytes& out, ByteView cid) {
    append(out, link_tag);
    put_cbor_head(out, cbor_bytes, 1 + cid.size());
    out.push_back(identity_multibase);
    append(out, cid);
}

bool begins_with(ByteView bytes, ByteView beginning) {
    return bytes.size() >= beginning.size() && std::equal(beginning.begin(), beginning.end(), bytes.begin());
}

// The CID at the front of a section of `size` bytes. Its digest may be longer than what is at hand.
struct SectionName {
    std::optional<Cid> known;
    std::uint64_t size = 0;
};
std::optional<SectionName> read_name(ByteView start, std::uint64_t size) {
    constexpr std::array<std::uint8_t, 2> version_0{0x12, 0x20};
    constexpr std::size_t version_0_size = version_0.size() + std::tuple_size_v<Digest>;
    if (begins_with(start, version_0)) {
        if (start.size() < version_0_size || size < version_0_size) return std::nullopt;
        Digest digest{};
        std::copy_n(start.begin() + version_0.size(), digest.size(), digest.begin());
        return SectionName{Cid(Codec::dag_pb, digest), version_0_size};
    }
    ByteView rest = start;
    const auto version = take_varint(rest);
    const auto codec = take_varint(rest);
    const auto hash = take_varint(rest);
    const auto digest_size = take_varint(rest);
    if (version != 1 || !codec || !hash || !digest_size) return std::nullopt;
    const std::uint64_t before_digest = start.size() - rest.size();
    if (before_digest > size || *digest_size > size - before_digest) return std::nullopt;
    if (*digest_size > rest.size()) return SectionName{std::nullopt, before_digest + *digest_size};
    const auto name_size = static_cast<std::size_t>(before_digest + *digest_size);
    return SectionName{Cid::from_binary(start.first(name_size)), name_size};
}

}  // namespace

void write_car_header(std::size_t roots, const std::function<Cid(std::size_t)>& root,
                      const std::function<void(ByteView)>& sink) {
    Bytes link;
    if (roots == 0) {
        put_link(link, empty_identity_cid);
    } else {
        put_link(link, root(0).binary());  // all are of one size
    }
    const std::size_t count = std::max<std::size_t>(roots, 1);
    Bytes map(map_of_roots.begin(), map_of_roots.end());
    put_cbor_head(map, cbor_array, count);
    Bytes part;
    put_varint(part, map.size() + count * link.size() + version_1.size());
    append(part, map);
    if (roots == 0) append(part, link);
    for (std::size_t i = 0; i < roots; ++i) {
        put_link(part, root(i).binary());
        if (part.size() < part_size) continue;
        sink(part);
        part.clear();
    }
    append(part, version_1);
    sink(part);
}

Bytes car_header(std::span<const Cid> roots) {
    Bytes header;
    write_car_header(
        roots.size(), [&](std::size_t i) { return roots[i]; }, [&](ByteView part) { append(header, part); });
    return header;
}

Bytes car_header_without_roots() {
    Bytes header;
    put_varint(header, map_of_roots.size() + 1 + version_1.size());
    append(header, map_of_roots);
    put_cbor_head(header, cbor_array, 0);
    append(header, version_1);
    return header;
}

Bytes car_section(const Cid& cid, std::size_t block_size) {
    Bytes head;
    put_varint(head, Cid::binary_size + block_size);
    append(head, cid.binary());
    return head;
}

std::optional<CarPlace> find_car(ByteView start, std::uint64_t size) {
    if (!begins_with(start, version_2)) return CarPlace{0, size};
    // 16 bytes of characteristics, the data's offset and size, the index's offset
    if (start.size() < car_start_size) return std::nullopt;
    const std::uint64_t offset = load_little_endian<std::uint64_t>(start.subspan(version_2.size() + 16, 8));
    const std::uint64_t length = load_little_endian<std::uint64_t>(start.subspan(version_2.size() + 24, 8));
    if (offset < car_start_size || offset > size) return std::nullopt;
    return CarPlace{offset, offset + std::min(length, size - offset)};
}

std::optional<std::uint64_t> car_header_size(ByteView start) {
    ByteView rest = start;
    const auto size = take_varint(rest);
    if (!size || *size > max_car_header || *size < map_of_roots.size() + version_1.size()) return std::nullopt;
    if (!begins_with(rest, map_of_roots)) return std::nullopt;
    return start.size() - rest.size() + *size;
}

bool is_car_header_end(ByteView end) {
    return std::equal(end.begin(), end.end(), version_1.begin(), version_1.end());
}

std::optional<CarSection> read_car_section(ByteView start) {
    ByteView rest = start;
    const auto size = take_varint(rest);
    const auto name = size ? read_name(rest, *size) : std::nullopt;
    if (!name) return std::nullopt;
    return CarSection{start.size() - rest.size() + name->size, name->known, *size - name->size};
}

}  // namespace msh::ipfs
