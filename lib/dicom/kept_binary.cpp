#include "dicom/kept_binary.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "dicom/dcmtk_vr.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/element_value.hpp"
#include "dicom/fault.hpp"

namespace msh::dicom {
namespace {

constexpr std::uint32_t number_of_frames = 0x00280008;
constexpr std::uint32_t icc_profile = 0x00282000;
constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

// How long the value of an element may be: the product of what these elements of the same item say, times `bits`.
// Without a factor it is `bits`; with no bits there is no limit.
struct Extent {
    std::uint32_t tag;
    std::uint64_t bits;
    std::array<std::uint32_t, 5> factors;
    bool by_descriptor = false;  // the factor is a lookup table's descriptor, whose first value counts
};

constexpr std::uint64_t entry = 16;
constexpr std::uint64_t segmented_entry = 3 * entry;

constexpr Extent extents[] = {
    {0x00181638, 64, {0x00181637}},                     // Vertices of the Polygonal Outline
    {0x00221531, 256, {0x00221530}},                    // Two Dimensional to Three Dimensional Map Data
    {0x00281200, entry, {0x00281100}, true},            // Gray Lookup Table Data (retired)
    {0x00281201, entry, {0x00281101}, true},            // Red Palette Color Lookup Table Data
    {0x00281202, entry, {0x00281102}, true},            // Green
    {0x00281203, entry, {0x00281103}, true},            // Blue
    {0x00281204, entry, {0x00281104}, true},            // Alpha
    {0x00281221, segmented_entry, {0x00281101}, true},  // Segmented Red Palette Color Lookup Table Data
    {0x00281222, segmented_entry, {0x00281102}, true},  // Green
    {0x00281223, segmented_entry, {0x00281103}, true},  // Blue
    {0x00281224, segmented_entry, {0x00281104}, true},  // Alpha
    {0x00281408, entry, {0x00281407}, true},            // Blending Lookup Table Data
    {icc_profile, 0, {}},                               // by its own header
    {0x00283006, entry, {0x00283002}, true},            // LUT Data
    {0x00640009, 96, {0x00640007}},                     // Vector Grid Data
    {0x00660016, 96, {0x00660015}},                     // Point Coordinates Data
    {0x00660021, 32, {0x0066001E, 0x0066001F}},         // Vector Coordinate Data
    {0x00660022, 192, {0x00660015}},                    // Double Point Coordinates Data
    {0x00660023, 0, {}},                                // Triangle Point Index List (retired), and others
    {0x00660024, 0, {}},
    {0x00660025, 0, {}},
    {0x00660029, 0, {}},
    {0x00660040, 0, {}},  // Long Primitive Point Index List, and others
    {0x00660041, 0, {}},
    {0x00660042, 0, {}},
    {0x00660043, 0, {}},
    {0x00660103, 0, {}},                                           // Recommended Display CIELab Value List
    {0x00660125, 0, {}},                                           // Floating Point Values
    {0x00660129, 0, {}},                                           // Track Point Index List
    {0x006A0011, 0, {}},                                           // Annotation Index List
    {0x00800010, 0, {}},                                           // U Value Data
    {0x00800011, 0, {}},                                           // V Value Data
    {0x300A0664, 0, {}},                                           // Compensator Proximal Thickness Map
    {0x300A0665, 0, {}},                                           // Compensator Distal Thickness Map
    {0x300A066B, 0, {}},                                           // Block Edge Data
    {0x54000110, 64, {}},                                          // Channel Minimum Value
    {0x54000112, 64, {}},                                          // Channel Maximum Value
    {0x5400100A, 1, {0x54001004}},                                 // Waveform Padding Value
    {0x54001010, 1, {0x003A0005, 0x003A0010, 0x54001004}},         // Waveform Data
    {0x56000010, 32, {0x00280010, 0x00280011, number_of_frames}},  // First Order Phase Correction Angle
    {0x56000020, 64, {0x00280010, 0x00280011, number_of_frames, 0x00289001, 0x00289002}},  // Spectroscopy Data
    {0x7FE00001, 64, {number_of_frames}},                                                  // Extended Offset Table
    {0x7FE00002, 64, {number_of_frames}},  // Extended Offset Table Lengths
};

constexpr bool before(const Extent& a, const Extent& b) {
    return a.tag < b.tag;
}
static_assert(std::is_sorted(std::begin(extents), std::end(extents), before));

const Extent* extent_of(std::uint32_t tag) {
    const auto* found = std::lower_bound(std::begin(extents), std::end(extents), Extent{tag, 0, {}}, before);
    return found != std::end(extents) && found->tag == tag ? found : nullptr;
}

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    return b != 0 && a > no_limit / b ? no_limit : a * b;
}

// What one element contributes; an image that does not count its frames has one.
std::uint64_t factor(DcmItem& item, std::uint32_t tag, bool by_descriptor) {
    const std::vector<std::uint64_t> numbers = whole_numbers(item, tag);
    if (numbers.empty()) return tag == number_of_frames ? 1 : 0;
    if (by_descriptor) return numbers.front() == 0 ? 65536 : numbers.front();
    std::uint64_t all = 1;
    for (const std::uint64_t number : numbers)
        all = product(all, number);
    return all;
}

// With the byte that makes it even.
std::uint64_t max_bytes(DcmItem& item, const Extent& extent) {
    std::uint64_t bits = extent.bits;
    for (const std::uint32_t tag : extent.factors) {
        if (tag != 0) bits = product(bits, factor(item, tag, extent.by_descriptor));
    }
    return bits / 16 * 2 + (bits % 16 != 0 ? 2 : 0);
}

void read(DcmElement& element, std::uint32_t offset, std::span<std::uint8_t> bytes) {
    if (element.getPartialValue(bytes.data(), offset, static_cast<Uint32>(bytes.size()), nullptr, EBO_LittleEndian)
            .bad()) {
        throw Fault(FaultClass::malformed, "a value cannot be read");
    }
}

bool is_icc_profile(DcmElement& element) {
    constexpr std::size_t header = 128;
    constexpr std::size_t signature = 36;
    const std::uint32_t length = element.getLengthField();
    std::array<std::uint8_t, header> start{};
    if (length < start.size()) return length == 0;
    read(element, 0, start);
    const std::uint64_t said = load_big_endian<std::uint32_t>(ByteView(start).first(4));
    return said + said % 2 == length && as_text(ByteView(start).subspan(signature, 4)) == "acsp";
}

template <typename Float>
bool is_plausible(Float value) {
    constexpr Float most = 1e20F;
    constexpr Float least = static_cast<Float>(1e-40);  // what is left where a sum of products should be 0
    const Float size = std::abs(value);
    return size == 0 || (size >= least && size <= most) || std::isinf(size) ||
           size == std::numeric_limits<Float>::max();
}

template <typename Number>
Number little_endian(ByteView bytes) {
    Number number = 0;
    for (std::size_t i = sizeof(Number); i > 0; --i)
        number = static_cast<Number>(number << 8 | bytes[i - 1]);
    return number;
}

bool is_plausible_value(Vr vr, ByteView bytes) {
    constexpr std::uint32_t quiet_float = 0x7FC00000;
    constexpr std::uint64_t quiet_double = 0x7FF8000000000000;
    constexpr int max_integer_bits = 48;
    switch (vr) {
        case Vr::AT: {
            const auto bits = little_endian<std::uint32_t>(bytes);
            return standard_vr(std::rotl(bits, 16)) != Vr::none;
        }
        case Vr::FL: {
            const auto bits = little_endian<std::uint32_t>(bytes);
            return (bits & 0x7FFFFFFF) == quiet_float || is_plausible(std::bit_cast<float>(bits));
        }
        case Vr::FD: {
            const auto bits = little_endian<std::uint64_t>(bytes);
            return (bits & 0x7FFFFFFFFFFFFFFF) == quiet_double || is_plausible(std::bit_cast<double>(bits));
        }
        case Vr::UV:
            return little_endian<std::uint64_t>(bytes) >> max_integer_bits == 0;
        case Vr::SV: {
            const auto number = static_cast<std::int64_t>(little_endian<std::uint64_t>(bytes)) >> max_integer_bits;
            return number == 0 || number == -1;
        }
        default:
            return true;
    }
}

bool are_plausible_values(DcmElement& element, Vr vr) {
    if (vr != Vr::AT && vr != Vr::FL && vr != Vr::FD && vr != Vr::UV && vr != Vr::SV) return true;
    const std::uint32_t length = element.getLengthField();
    const std::size_t unit = unit_size(vr);
    std::array<std::uint8_t, 4096> chunk{};
    for (std::uint32_t offset = 0; offset < length;) {
        const auto size = std::min<std::size_t>(length - offset, chunk.size());
        read(element, offset, std::span(chunk).first(size));
        for (std::size_t at = 0; at < size; at += unit) {
            if (!is_plausible_value(vr, ByteView(chunk).subspan(at, unit))) return false;
        }
        offset += static_cast<std::uint32_t>(size);
    }
    return true;
}

}  // namespace

bool may_hold_bytes(std::uint32_t tag) noexcept {
    return extent_of(tag) != nullptr;
}

bool fits_dictionary(std::uint32_t tag, Vr actual, std::uint32_t length) noexcept {
    const std::size_t unit = unit_size(actual);
    if (unit == 0 || length % unit != 0) return false;
    const Vr standard = standard_vr(tag);
    if (holds_bytes(standard)) return true;
    return unit <= unit_size(standard) && allows(standard_vm(tag), length / unit);
}

bool fits_binary(DcmItem& item, DcmElement& element) {
    const Vr vr = from_dcmtk(element.getVR());
    if (unit_size(vr) == 0) return true;
    const std::uint32_t tag = std::uint32_t{element.getGTag()} << 16 | element.getETag();
    const std::uint32_t length = element.getLengthField();
    if (!fits_dictionary(tag, vr, length)) return false;
    if (tag == icc_profile) return is_icc_profile(element);
    const Extent* extent = extent_of(tag);
    if (extent == nullptr) return are_plausible_values(element, vr);
    return extent->bits == 0 || length <= max_bytes(item, *extent);
}

}  // namespace msh::dicom
