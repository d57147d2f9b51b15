#include "dicom/basic_file.hpp"

#include <algorithm>
#include <array>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <utility>

#include "dicom/deflate.hpp"
#include "dicom/element_stream.hpp"
#include "dicom/element_value.hpp"
#include "dicom/fault.hpp"
#include "dicom/file_meta.hpp"
#include "dicom/padding.hpp"

namespace msh::dicom {
namespace {

constexpr std::size_t piece = 64 << 10;

class DataWriter {
  public:
    DataWriter(const Original& original, DeidentifyItem deidentify, Sink sink)
        : original_(original),
          deidentify_(std::move(deidentify)),
          sink_(std::move(sink)),
          stream_(sink_),
          encoding_(original.syntax.encoding) {}

    void write();

  private:
    void write_large(const LargeElement& element);
    void write_frames(const LargeElement& element);
    void copy_value(const LargeElement& element);
    [[nodiscard]] std::unique_ptr<Input> input_at(std::uint64_t position) const;
    void drop_lengths_and_padding(DcmItem& item) const;

    const Original& original_;
    DeidentifyItem deidentify_;
    Sink sink_;
    ElementStream stream_;
    Encoding encoding_;
};

void DataWriter::write() {
    DataSet& data = original_.data;
    drop_lengths_and_padding(data);
    auto large = data.large_elements().begin();
    const auto end = data.large_elements().end();
    for (DcmObject* element = data.nextInContainer(nullptr); element != nullptr;
         element = data.nextInContainer(element)) {
        for (; large != end && large->tag < element->getTag(); ++large)
            write_large(*large);
        write_object(*element, stream_, encoding_);
    }
    for (; large != end; ++large)
        write_large(*large);
    stream_.finish();
}

void DataWriter::drop_lengths_and_padding(DcmItem& item) const {
    item.computeGroupLengthAndPadding(EGL_withoutGL, EPD_withoutPadding, dcmtk_syntax(encoding_), EET_UndefinedLength);
}

void DataWriter::write_large(const LargeElement& element) {
    if (!element.is_pixel_data()) {
        write_frames(element);
        return;
    }
    stream_.put(element_header(element.tag, element.length, encoding_));
    stream_.finish();
    copy_value(element);
}

void DataWriter::write_frames(const LargeElement& element) {
    stream_.put(element_header(element.tag, DCM_UndefinedLength, encoding_));
    const std::unique_ptr<Input> input = input_at(element.position);
    ItemReader items(*input, original_.is_deflated() ? nullptr : &original_.source, encoding_, element.length);
    while (const std::unique_ptr<DcmItem> item = items.next()) {
        deidentify_(*item);
        drop_lengths_and_padding(*item);
        write_object(*item, stream_, encoding_);
    }
    stream_.put(element_header(DCM_SequenceDelimitationItemTag, 0, encoding_));
}

void DataWriter::copy_value(const LargeElement& element) {
    if (!original_.is_deflated()) {
        original_.source.copy(element.position, element.size, sink_);
        return;
    }
    const std::unique_ptr<Input> input = input_at(element.position);
    const auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(piece);
    for (std::uint64_t left = element.size; left > 0;) {
        const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece));
        const std::size_t count = input->read({buffer.get(), want});
        if (count == 0) throw Fault(FaultClass::truncated, "truncated in its pixel data");
        sink_({buffer.get(), count});
        left -= count;
    }
}

std::unique_ptr<Input> DataWriter::input_at(std::uint64_t position) const {
    if (!original_.is_deflated()) return std::make_unique<FileInput>(original_.source, position);
    auto input = std::make_unique<InflateInput>(original_.source, original_.data_offset);
    input->skip(position);
    return input;
}

std::uint64_t pixel_bytes(const DataSet& data) {
    std::uint64_t bytes = 0;
    for (const LargeElement& element : data.large_elements()) {
        if (element.is_pixel_data()) bytes += element.size;
    }
    return bytes;
}

void write_padding(CountingSink& out, std::uint64_t pixels, Encoding encoding) {
    const DcmTag tag(DCM_DataSetTrailingPadding, EVR_OB);
    const auto header_size = static_cast<std::uint32_t>(element_header(tag, 0, encoding).size());
    const std::uint32_t length = padding_for(out.size(), pixels, header_size);
    out(element_header(tag, length, encoding));
    static constexpr std::array<std::uint8_t, padding_block> zeros{};
    for (std::uint32_t left = length; left > 0;) {
        const auto part = std::min<std::uint32_t>(left, zeros.size());
        out(ByteView(zeros).first(part));
        left -= part;
    }
}

}  // namespace

std::unique_ptr<Input> data_input(const Source& source, const TransferSyntax& syntax, std::uint64_t data_offset) {
    if (syntax.encoding == Encoding::deflated) return std::make_unique<InflateInput>(source, data_offset);
    return std::make_unique<FileInput>(source, data_offset);
}

void write_basic_file(const Original& original, const DeidentifyItem& deidentify, CountingSink& out) {
    constexpr std::uint32_t sop_class = 0x00080016;
    constexpr std::uint32_t sop_instance = 0x00080018;
    out(file_head(text_value(original.data, sop_class), text_value(original.data, sop_instance), original.syntax.uid));
    if (original.is_deflated()) {
        Deflater deflater([&](ByteView part) { out(part); });
        const Sink sink = [&](ByteView part) { deflater(part); };
        DataWriter(original, deidentify, sink).write();
        deflater.finish();
        return;
    }
    const Sink sink = [&](ByteView part) { out(part); };
    DataWriter(original, deidentify, sink).write();
    write_padding(out, pixel_bytes(original.data), original.syntax.encoding);
}

}  // namespace msh::dicom
