#include "dicom/data_set.hpp"

#include <algorithm>
#include <array>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcerror.h>

#include "dicom/fault.hpp"
#include "dicom/pixel_walk.hpp"

namespace msh::dicom {
namespace {

constexpr std::uint64_t max_trailing_zeros = 1 << 20;
constexpr std::size_t shortest_header = 8;
constexpr std::uint64_t deflated_limit = 32 << 20;

const DcmTagKey float_pixel_data(0x7FE0, 0x0008);
const DcmTagKey double_float_pixel_data(0x7FE0, 0x0009);
const DcmTagKey pixel_data(0x7FE0, 0x0010);
const DcmTagKey per_frame_groups(0x5200, 0x9230);

bool is_pixel_data(const DcmTagKey& tag) {
    return tag == pixel_data || tag == float_pixel_data || tag == double_float_pixel_data;
}

bool fits_pixel_data(const DcmTag& tag) {
    const DcmEVR vr = tag.getEVR();
    if (tag == float_pixel_data) return vr == EVR_OF;
    if (tag == double_float_pixel_data) return vr == EVR_OD;
    // Implicit: what a newer DCMTK says before it knows which of the two.
    return vr == EVR_OB || vr == EVR_OW || vr == EVR_ox || vr == EVR_px;
}

[[noreturn]] void throw_truncated() {
    throw Fault(FaultClass::truncated, "truncated");
}
[[noreturn]] void throw_damaged() {
    throw Fault(FaultClass::malformed, "an element that cannot be parsed");
}

ParseLimits limits_for(Encoding encoding, std::uint64_t memory = max_parse_memory) {
    ParseLimits limits;
    limits.memory = memory;
    if (encoding == Encoding::deflated) limits.bytes = deflated_limit;
    return limits;
}

// What goes wrong with an element is told with its tag, as far as it was read, and its place.
template <typename Work>
void located(const Input& input, Encoding encoding, const DcmTag& tag, Work work) {
    const std::uint64_t start = input.position();
    try {
        work();
    } catch (Fault& fault) {
        FaultPlace place;
        if (tag != DCM_UndefinedTagKey) place.tag = std::uint32_t{tag.getGroup()} << 16 | tag.getElement();
        if (encoding != Encoding::deflated) place.offset = start;
        fault.locate(place);
        throw;
    }
}

void drop_trailing_zeros(Input& input) {
    const std::uint64_t start = input.position();
    std::array<std::uint8_t, Input::reach> part;
    while (const std::size_t count = input.read(part)) {
        if (!is_zero(ByteView(part).first(count))) {
            throw Fault(FaultClass::trailing_bytes, "trailing bytes that are not an element");
        }
        if (input.position() - start > max_trailing_zeros) {
            throw Fault(FaultClass::trailing_bytes, "more than 1 MiB of zeros after the last element");
        }
    }
}

}  // namespace

struct DataSet::Parsing {
    Parsing(Input& from, const Source* behind, Encoding how, std::uint64_t memory = max_parse_memory)
        : input(from),
          source(behind),
          encoding(how),
          guard(limits_for(how, memory)),
          stream(from, behind, guard),
          syntax(dcmtk_syntax(how)) {
        guard.enter();
    }

    Input& input;
    const Source* source;
    Encoding encoding;
    ParseGuard guard;
    ParserStream stream;
    E_TransferSyntax syntax;
    bool after_pixels = false;
};

E_TransferSyntax dcmtk_syntax(Encoding encoding) noexcept {
    switch (encoding) {
        case Encoding::implicit_little:
            return EXS_LittleEndianImplicit;
        case Encoding::explicit_big:
            return EXS_BigEndianExplicit;
        // Any encapsulated one will do: DCMTK sees no pixel data but that of icons, and never writes the syntax's name.
        case Encoding::encapsulated:
            return EXS_JPEGProcess14SV1;
        case Encoding::explicit_little:
        case Encoding::deflated:
            break;
    }
    return EXS_LittleEndianExplicit;
}

void DataSet::parse_file_meta(Input& input, const Source& source) {
    Parsing parsing(input, &source, Encoding::explicit_little);
    const auto in_group_2 = [](ByteView ahead) { return ahead.size() >= 2 && ahead[0] == 2 && ahead[1] == 0; };
    while (in_group_2(input.peek(shortest_header)))
        parse_next(parsing);
}

void DataSet::parse(Input& input, const Source* source, Encoding encoding, std::uint64_t memory) {
    Parsing parsing(input, source, encoding, memory);
    while (true) {
        const ByteView ahead = input.peek(shortest_header);
        if (ahead.empty()) break;
        if (ahead.size() < shortest_header || is_zero(ahead.first(4))) {
            located(input, encoding, DcmTag(), [&] {
                // Behind the pixels such bytes are something added; before them, the file ends in the middle.
                if (ahead.size() < shortest_header && !is_zero(ahead) && !parsing.after_pixels) throw_truncated();
                drop_trailing_zeros(input);
            });
            break;
        }
        parse_next(parsing);
    }
    memory_ = parsing.guard.memory();
    std::sort(large_.begin(), large_.end(), [](const LargeElement& a, const LargeElement& b) { return a.tag < b.tag; });
}

void DataSet::parse_next(Parsing& parsing) {
    DcmTag tag;
    located(parsing.input, parsing.encoding, tag, [&] { parse_next(parsing, tag); });
}

void DataSet::parse_next(Parsing& parsing, DcmTag& tag) {
    Uint32 length = 0;
    Uint32 header = 0;
    const OFCondition status = readTagAndLength(parsing.stream, parsing.syntax, tag, length, header);
    parsing.stream.rethrow();
    if (status.bad()) throw_truncated();
    if (parsing.after_pixels && !tag.getVR().isStandard() && parsing.encoding != Encoding::implicit_little) {
        throw Fault(FaultClass::trailing_bytes, "trailing bytes that are not an element");
    }
    if (parsing.encoding == Encoding::implicit_little) checkAndUpdateVR(*this, tag);
    if (is_pixel_data(tag)) {
        pass_pixel_data(parsing, tag, length);
        parsing.after_pixels = true;
    } else if (tag == per_frame_groups && tag.getEVR() == EVR_SQ) {
        pass_frames(parsing, tag, length);
    } else {
        parse_element(parsing, tag, length);
    }
}

void DataSet::parse_element(Parsing& parsing, DcmTag tag, std::uint32_t length) {
    const std::uint64_t start = parsing.input.position();
    const OFCondition status =
        readSubElement(parsing.stream, tag, length, parsing.syntax, EGL_noChange, parsing.stream.max_value());
    parsing.stream.rethrow();
    if (status.bad()) {
        if (parsing.input.peek(1).empty()) throw_truncated();
        throw_damaged();
    }
    if (length != DCM_UndefinedLength && parsing.input.position() != start + length) throw_damaged();
}

void DataSet::pass_pixel_data(Parsing& parsing, const DcmTag& tag, std::uint32_t length) {
    if (tag.getEVR() == EVR_UN)
        throw Fault(FaultClass::unknown_pixels, "pixel data of an unknown value representation (UN)");
    if (!fits_pixel_data(tag)) throw Fault(FaultClass::malformed, "pixel data of a wrong value representation");
    // An empty value has no fragments, whatever the transfer syntax.
    const bool in_fragments = parsing.encoding == Encoding::encapsulated && tag == pixel_data && length != 0;
    if (in_fragments != (length == DCM_UndefinedLength)) {
        throw Fault(FaultClass::malformed, "pixel data that does not match its transfer syntax");
    }
    LargeElement element{tag, length, parsing.input.position(), length};
    if (in_fragments) {
        element.size = walk_fragments(parsing.input);
    } else if (parsing.input.skip(length) != length) {
        throw Fault(FaultClass::truncated, "truncated in its pixel data");
    }
    add_large(element);
}

void DataSet::pass_frames(Parsing& parsing, const DcmTag& tag, std::uint32_t length) {
    LargeElement element{tag, length, parsing.input.position(), length};
    const bool can_pass_over = length != DCM_UndefinedLength && parsing.source != nullptr;
    if (!can_pass_over) {
        ItemReader items(parsing.input, parsing.source, parsing.encoding, length);
        while (items.next()) {
        }
        element.size = parsing.input.position() - element.position;
    } else if (parsing.input.skip(length) != length) {
        throw_truncated();
    }
    add_large(element);
}

void DataSet::add_large(const LargeElement& element) {
    const auto same = [&](const LargeElement& other) { return other.tag == element.tag; };
    if (std::any_of(large_.begin(), large_.end(), same)) {
        throw Fault(FaultClass::malformed, "duplicate pixel data or functional groups");
    }
    large_.push_back(element);
}

ItemReader::ItemReader(Input& input, const Source* source, Encoding encoding, std::uint32_t length)
    : input_(input),
      guard_(limits_for(encoding)),
      stream_(input, source, guard_),
      encoding_(encoding),
      start_(input.position()),
      length_(length) {}

std::unique_ptr<DcmItem> ItemReader::next() {
    const std::uint64_t done = input_.position() - start_;
    if (length_ != DCM_UndefinedLength && done >= length_) {
        if (done > length_) throw_damaged();
        return nullptr;
    }
    std::array<std::uint8_t, 8> header{};
    if (input_.read(header) != header.size()) throw_truncated();
    if (encoding_ != Encoding::explicit_big) {
        std::reverse(header.begin(), header.begin() + 2);
        std::reverse(header.begin() + 2, header.begin() + 4);
        std::reverse(header.begin() + 4, header.end());
    }
    const auto tag = load_big_endian<std::uint32_t>(ByteView(header).first(4));
    const auto length = load_big_endian<std::uint32_t>(ByteView(header).subspan(4));
    if (tag == 0xFFFEE0DD && length_ == DCM_UndefinedLength) return nullptr;
    if (tag != 0xFFFEE000) throw_damaged();

    guard_.enter();
    const std::uint64_t start = input_.position();
    auto item = std::make_unique<DcmItem>(DcmTag(DCM_Item), length);
    item->transferInit();
    const OFCondition status = item->read(stream_, dcmtk_syntax(encoding_), EGL_noChange, stream_.max_value());
    item->transferEnd();
    stream_.rethrow();
    const bool ends_elsewhere = length != DCM_UndefinedLength && input_.position() != start + length;
    if (status.bad() || ends_elsewhere) throw_damaged();
    return item;
}

}  // namespace msh::dicom
