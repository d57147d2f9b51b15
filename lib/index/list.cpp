#include "index/list.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace msh::index {
namespace {

class BitWriter {
  public:
    explicit BitWriter(std::size_t bytes) : out_(bytes) {}

    void ones(std::uint32_t count) {
        for (; count > 0; --count)
            put(1);
    }
    void put(std::uint32_t bit) {
        out_[at_ / 8] = static_cast<std::uint8_t>(out_[at_ / 8] | (bit << (7 - at_ % 8)));
        ++at_;
    }
    void put(std::uint32_t value, unsigned bits) {
        while (bits-- > 0)
            put((value >> bits) & 1);
    }
    Bytes take() { return std::move(out_); }

  private:
    Bytes out_;
    std::size_t at_ = 0;
};

class BitReader {
  public:
    explicit BitReader(ByteView in) : in_(in) {}

    [[nodiscard]] std::size_t left() const { return in_.size() * 8 - at_; }
    [[nodiscard]] std::uint32_t get() {
        const std::uint32_t bit = (in_[at_ / 8] >> (7 - at_ % 8)) & 1U;
        ++at_;
        return bit;
    }
    [[nodiscard]] std::uint32_t get(unsigned bits) {
        std::uint32_t value = 0;
        while (bits-- > 0)
            value = (value << 1) | get();
        return value;
    }
    [[nodiscard]] bool rest_is_zero() {
        while (left() > 0) {
            if (get() != 0) return false;
        }
        return true;
    }

  private:
    ByteView in_;
    std::size_t at_ = 0;
};

// The next gap, 0 for the end; nothing when there are not enough bits for a whole one.
std::optional<std::uint64_t> get_gap(BitReader& in, unsigned rice) {
    std::uint64_t high = 0;
    while (true) {
        if (in.left() == 0) return std::nullopt;
        if (in.get() == 0) break;
        ++high;
    }
    if (in.left() < rice) return std::nullopt;
    return (high << rice) | in.get(rice);
}

unsigned least_class(std::uint32_t count) noexcept {
    return static_cast<unsigned>(std::bit_width(count - 1));
}

constexpr std::uint32_t parts(std::uint64_t whole, std::uint32_t part) noexcept {
    return static_cast<std::uint32_t>((whole + part - 1) / part);
}

}  // namespace

std::optional<ListShape> shape_of(unsigned size_class, std::uint32_t documents, std::uint32_t run_limit) noexcept {
    if (size_class > least_class(documents)) return std::nullopt;
    ListShape shape;
    shape.size_class = size_class;
    const std::uint64_t capacity = std::uint64_t{1} << size_class;
    if (capacity <= documents) shape.rice = static_cast<unsigned>(std::bit_width(documents >> size_class)) - 1;
    const std::uint64_t bits = capacity * (shape.rice + 1) + (documents >> shape.rice);
    shape.bytes = parts(bits, 8);
    const std::uint32_t slots = std::bit_ceil(parts(body_offset + std::uint64_t{shape.bytes} + 16, slot_size));
    if (slots <= run_limit) {
        shape.slots = slots;
        return shape;
    }
    shape.pages = parts(shape.bytes, page_room);
    if (shape.pages > numbers_a_slot) shape.index_pages = parts(shape.pages, numbers_a_page);
    return shape;
}

Shapes::Shapes(std::uint32_t documents, std::uint32_t run_limit) {
    while (const auto shape = shape_of(static_cast<unsigned>(by_least_class_.size()), documents, run_limit)) {
        by_least_class_.push_back(*shape);
    }
    // From the largest down, each takes the next one's place where that needs no more room.
    for (std::size_t i = by_least_class_.size() - 1; i-- > 0;) {
        const ListShape& larger = by_least_class_[i + 1];
        ListShape& shape = by_least_class_[i];
        if (larger.slots == shape.slots && larger.pages == shape.pages) shape = larger;
    }
}

const ListShape& Shapes::of(std::uint32_t count) const {
    return by_least_class_[least_class(count)];
}

Bytes encode_list(std::span<const std::uint32_t> numbers, const ListShape& shape) {
    BitWriter out(shape.bytes);
    std::uint32_t next = 0;  // the least number that can come
    for (const std::uint32_t number : numbers) {
        const std::uint32_t gap = number - next + 1;
        out.ones(gap >> shape.rice);
        out.put(0);
        out.put(gap, shape.rice);
        next = number + 1;
    }
    return out.take();
}

std::optional<std::vector<std::uint32_t>> decode_list(ByteView coded, const ListShape& shape, std::uint32_t documents) {
    if (coded.size() < shape.bytes) return std::nullopt;
    BitReader in(coded.first(shape.bytes));
    const std::uint64_t capacity = std::uint64_t{1} << shape.size_class;
    std::vector<std::uint32_t> numbers;
    std::uint64_t next = 0;
    while (numbers.size() < capacity) {
        const auto gap = get_gap(in, shape.rice);
        if (!gap) return std::nullopt;
        if (*gap == 0) break;
        if (*gap > documents - next) return std::nullopt;
        next += *gap;
        numbers.push_back(static_cast<std::uint32_t>(next - 1));
    }
    if (numbers.empty() || !in.rest_is_zero()) return std::nullopt;
    return numbers;
}

}  // namespace msh::index
