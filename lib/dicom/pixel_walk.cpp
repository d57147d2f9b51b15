#include "dicom/pixel_walk.hpp"

#include <array>

#include "dicom/fault.hpp"

namespace msh::dicom {
namespace {

constexpr std::uint32_t item = 0xE000FFFE;  // (FFFE,E000) as a little-endian number
constexpr std::uint32_t sequence_delimiter = 0xE0DDFFFE;

[[noreturn]] void throw_truncated() {
    throw Fault(FaultClass::truncated, "truncated in its pixel data");
}

}  // namespace

std::uint64_t walk_fragments(Input& input) {
    const std::uint64_t start = input.position();
    bool is_table = true;  // the first item holds offsets of 32 bits
    while (true) {
        std::array<std::uint8_t, 8> header{};
        if (input.read(header) != header.size()) throw_truncated();
        const std::uint32_t tag = load_little_endian<std::uint32_t>(ByteView(header).first(4));
        const std::uint32_t length = load_little_endian<std::uint32_t>(ByteView(header).subspan(4));
        if (tag == sequence_delimiter && length == 0) return input.position() - start;
        if (tag != item || length == 0xFFFFFFFF) {
            throw Fault(FaultClass::malformed, "damaged pixel data: no fragment where one should begin");
        }
        if (is_table && length % 4 != 0) {
            throw Fault(FaultClass::malformed, "damaged pixel data: a basic offset table of a wrong length");
        }
        is_table = false;
        if (input.skip(length) != length) throw_truncated();
    }
}

}  // namespace msh::dicom
