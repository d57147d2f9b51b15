#include "dicom/instance.hpp"

#include <algorithm>
#include <array>
#include <dcmtk/oflog/oflog.h>
#include <mutex>
#include <utility>

#include "base/error.hpp"
#include "base/uid.hpp"
#include "dicom/basic_file.hpp"
#include "dicom/data_set.hpp"
#include "dicom/element_value.hpp"
#include "dicom/fault.hpp"
#include "dicom/refusals.hpp"
#include "dicom/source.hpp"
#include "dicom/transfer_syntax.hpp"

namespace msh::dicom {
namespace {

constexpr std::size_t preamble_size = 128;
constexpr std::string_view magic = "DICM";
constexpr std::string_view dicomdir_class = "1.2.840.10008.1.3.10";

// DCMTK's warnings quote values.
void prepare_dcmtk() {
    static std::once_flag once;
    std::call_once(once, [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        load_dictionary();
    });
}

void require_part_10(const Source& source) {
    std::array<std::uint8_t, preamble_size + magic.size()> start{};
    if (source.size() >= start.size()) source.read_at(0, start);
    if (as_text(ByteView(start).subspan(preamble_size)) != magic) {
        throw Fault(FaultClass::not_dicom, "not a DICOM file (no Part 10 header)");
    }
}

// One value without space in it. It need not be a valid UID to be replaced by one.
std::string require_uid(DcmItem& data, std::uint32_t tag, const std::string& name) {
    std::string uid = uid_value(data, tag);
    if (uid.empty()) throw Fault(FaultClass::incomplete, "no " + name).at(tag);
    const auto is_graphic = [](char c) { return c > ' ' && c <= '~'; };
    if (!std::all_of(uid.begin(), uid.end(), is_graphic)) {
        throw Fault(FaultClass::incomplete, "an invalid " + name).at(tag);
    }
    if (uid.find('\\') != std::string::npos) throw Fault(FaultClass::incomplete, "more than one " + name).at(tag);
    return uid;
}

Identity identify(DcmItem& data, const TransferSyntax& syntax) {
    if (has_value(data, 0x00041220)) throw Fault(FaultClass::directory, "a DICOMDIR");  // Directory Record Sequence
    Identity identity;
    identity.sop_class = require_uid(data, 0x00080016, "SOP Class UID");
    if (!is_uid(identity.sop_class)) throw Fault(FaultClass::incomplete, "an invalid SOP Class UID").at(0x00080016);
    identity.sop_instance = require_uid(data, 0x00080018, "SOP Instance UID");
    identity.study = require_uid(data, 0x0020000D, "Study Instance UID");
    identity.series = text_value(data, 0x0020000E);
    identity.patient_id = text_value(data, 0x00100020);
    identity.issuer_of_patient_id = text_value(data, 0x00100021);
    identity.modality = text_value(data, 0x00080060);
    identity.transfer_syntax = syntax.uid;
    return identity;
}

}  // namespace

struct Instance::State {
    explicit State(Source from) : source(std::move(from)) {}

    // In this order: values that were left in the file refer to the source.
    Source source;
    const TransferSyntax* syntax = nullptr;
    std::uint64_t data_offset = 0;
    DataSet data;
    Identity identity;
    bool has_pixels = false;
    PixelTextSet pixel_text;

    void read(std::uint64_t memory);
    void read_file_meta();
    void require_basic(PixelTextSet allowed);
};

void Instance::State::read_file_meta() {
    FileInput input(source, preamble_size + magic.size());
    DataSet meta;
    meta.parse_file_meta(input, source);
    if (text_value(meta, 0x00020002) == dicomdir_class) throw Fault(FaultClass::directory, "a DICOMDIR");
    const std::string uid = text_value(meta, 0x00020010);
    if (uid.empty())
        throw Fault(FaultClass::incomplete, "no transfer syntax in its file meta information").at(0x00020010);
    syntax = &transfer_syntax(uid);
    data_offset = input.position();
}

void Instance::State::read(std::uint64_t memory) {
    prepare_dcmtk();
    require_part_10(source);
    read_file_meta();
    const std::unique_ptr<Input> input = data_input(source, *syntax, data_offset);
    data.parse(*input, syntax->encoding == Encoding::deflated ? nullptr : &source, syntax->encoding, memory);
    identity = identify(data, *syntax);
    const auto& large = data.large_elements();
    has_pixels = std::any_of(large.begin(), large.end(),
                             [](const LargeElement& element) { return element.is_pixel_data() && element.size > 0; });
    if (has_pixels) pixel_text = find_pixel_text(data, identity.sop_class);
}

void Instance::State::require_basic(PixelTextSet allowed) {
    refuse_by_kind(data, identity.sop_class);
    refuse_pixel_text(pixel_text, allowed);
}

Instance::Instance(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Instance::Instance(Instance&&) noexcept = default;
Instance& Instance::operator=(Instance&&) noexcept = default;
Instance::~Instance() = default;

Instance Instance::open(const std::filesystem::path& path, std::uint64_t memory) {
    return open(Source::open(path), memory);
}

Instance Instance::open(Source source, std::uint64_t memory) {
    auto state = std::make_unique<State>(std::move(source));
    state->read(memory);
    return Instance(std::move(state));
}

Instance Instance::from_memory(Bytes file) {
    return open(Source::from_memory(std::move(file)), max_parse_memory);
}

const Identity& Instance::identity() const noexcept {
    return state_->identity;
}

std::uint64_t Instance::original_size() const noexcept {
    return state_->source.size();
}

bool Instance::is_held() const noexcept {
    return state_->source.is_held();
}

std::uint64_t Instance::memory() const noexcept {
    return state_->data.memory() + (is_held() ? original_size() : 0);
}

Digest Instance::original_digest() const {
    return state_->source.digest();
}

DcmItem& Instance::data_set() noexcept {
    return state_->data;
}

void Instance::require_basic(PixelTextSet allowed) const {
    state_->require_basic(allowed);
}

Written Instance::write_basic(const Replacements& replacements, PixelTextSet allowed, const Sink& sink) && {
    State& state = *state_;
    state.require_basic(allowed);
    Deidentifier deidentifier(replacements);
    deidentifier.deidentify(state.data);
    Identity replaced = identify(state.data, *state.syntax);  // the UIDs must still be there
    deidentifier.add_markers(state.data, !state.pixel_text.empty(), state.pixel_text.contains(PixelText::burned_in));

    CountingSink out(sink);
    const Original original{state.source, *state.syntax, state.data_offset, state.data};
    write_basic_file(
        original, [&](DcmItem& item) { deidentifier.deidentify(item); }, out);
    state.source.require_unchanged();
    return {out.size(), out.digest(), std::move(replaced)};
}

Written Instance::write_identified(const Sink& sink) && {
    // The file will be named by it.
    if (!is_uid(state_->identity.sop_instance))
        throw Fault(FaultClass::incomplete, "an invalid SOP Instance UID").at(0x00080018);
    const Source& source = state_->source;
    CountingSink out(sink);
    source.copy(0, source.size(), [&](ByteView part) { out(part); });
    source.require_unchanged();
    return {out.size(), out.digest(), std::move(state_->identity)};
}

}  // namespace msh::dicom
