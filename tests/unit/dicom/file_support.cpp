#include "file_support.hpp"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcwcache.h>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

#include "dicom/basic_file.hpp"
#include "dicom/deflate.hpp"
#include "dicom/element_value.hpp"
#include "dicom/file_meta.hpp"

namespace msh::test {
namespace {

std::string little_endian(std::uint32_t value, std::size_t width) {
    std::string bytes;
    for (std::size_t i = 0; i < width; ++i)
        bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
    return bytes;
}

std::string tag_bytes(std::uint32_t tag) {
    return little_endian(tag >> 16, 2) + little_endian(tag & 0xFFFF, 2);
}

E_TransferSyntax syntax_of(std::string_view uid) {
    const dicom::Encoding encoding = dicom::transfer_syntax(uid).encoding;
    return dicom::dcmtk_syntax(encoding);
}

std::unique_ptr<DcmFileFormat> read_with_dcmtk(const Bytes& file) {
    dicom::load_dictionary();
    DcmInputBufferStream stream;
    stream.setBuffer(file.data(), static_cast<offile_off_t>(file.size()));
    stream.setEos();
    auto format = std::make_unique<DcmFileFormat>();
    format->transferInit();
    const OFCondition status = format->read(stream);
    format->transferEnd();
    return status.good() ? std::move(format) : nullptr;
}

// What Instance does when it opens a file, without its checks.
struct Opened {
    dicom::Source source;
    dicom::DataSet meta;
    dicom::DataSet data;
    const dicom::TransferSyntax* syntax = nullptr;
    std::uint64_t data_offset = 0;

    explicit Opened(const Bytes& file) : source(dicom::Source::from_memory(file)) {
        dicom::load_dictionary();
        dicom::FileInput input(source, 132);
        meta.parse_file_meta(input, source);
        data_offset = input.position();
        syntax = &dicom::transfer_syntax(dicom::text_value(meta, 0x00020010));
        const auto data_input = dicom::data_input(source, *syntax, data_offset);
        const bool by_offset = syntax->encoding != dicom::Encoding::deflated;
        data.parse(*data_input, by_offset ? &source : nullptr, syntax->encoding, dicom::max_parse_memory);
    }
};

}  // namespace

std::unique_ptr<DcmDataset> ct_head() {
    auto head = std::make_unique<DcmDataset>();
    const auto add = [&](std::uint16_t group, std::uint16_t element, const char* value) {
        ASSERT_TRUE(head->putAndInsertString(DcmTag(group, element), value).good());
    };
    dicom::load_dictionary();
    add(0x0008, 0x0008, "ORIGINAL\\PRIMARY\\AXIAL");
    add(0x0008, 0x0016, std::string(ct_class).c_str());
    add(0x0008, 0x0018, "1.2.3.4");
    add(0x0008, 0x0020, "20240131");
    add(0x0008, 0x0060, "CT");
    add(0x0010, 0x0010, "Doe^John");
    add(0x0010, 0x0020, "MRN-77");
    add(0x0020, 0x000D, "1.2.3");
    add(0x0020, 0x000E, "1.2.3.1");
    add(0x0028, 0x0004, "MONOCHROME2");
    const std::array<std::pair<Uint16, Uint16>, 6> numbers{
        {{0x0002, 1}, {0x0010, 2}, {0x0011, 2}, {0x0100, 16}, {0x0101, 16}, {0x0102, 15}}};
    for (const auto& [element, value] : numbers) {
        EXPECT_TRUE(head->putAndInsertUint16(DcmTag(0x0028, element), value).good());
    }
    return head;
}

Bytes file_of(std::string_view data_set, std::string_view syntax, std::string_view sop_class) {
    Bytes file = dicom::file_head(sop_class, "1.2.3.4", syntax);
    if (syntax == deflated) {
        dicom::Deflater deflater([&](ByteView part) { append(file, part); });
        deflater(as_bytes(data_set));
        deflater.finish();
    } else {
        append(file, as_bytes(data_set));
    }
    return file;
}

Bytes file_of(DcmItem& head, std::string_view behind, std::string_view syntax) {
    return file_of(serialise(head, syntax_of(syntax)) + std::string(behind), syntax);
}

std::string header(std::uint32_t tag, std::string_view vr, std::uint32_t length) {
    return tag_bytes(tag) + std::string(vr) + std::string(2, '\0') + little_endian(length, 4);
}

std::string long_element(std::uint32_t tag, std::string_view vr, std::string_view value) {
    return header(tag, vr, static_cast<std::uint32_t>(value.size())) + std::string(value);
}

std::string short_element(std::uint32_t tag, std::string_view vr, std::string_view value) {
    return tag_bytes(tag) + std::string(vr) + little_endian(static_cast<std::uint32_t>(value.size()), 2) +
           std::string(value);
}

std::string fragment(std::string_view bytes) {
    return tag_bytes(0xFFFEE000) + little_endian(static_cast<std::uint32_t>(bytes.size()), 4) + std::string(bytes);
}

std::string fragments(const std::vector<std::string>& parts) {
    std::string pixels = header(0x7FE00010, "OB", 0xFFFFFFFF) + fragment("");
    for (const std::string& part : parts)
        pixels += fragment(part);
    return pixels + sequence_end;
}

Bytes basic(Bytes file) {
    dicom::Instance instance = dicom::Instance::from_memory(std::move(file));
    Bytes out;
    const auto sink = [&](ByteView part) { append(out, part); };
    const dicom::Written written =
        std::move(instance).write_basic({mapped, pseudonym}, dicom::PixelTextSet::all(), sink);
    EXPECT_EQ(written.size, out.size());
    EXPECT_EQ(written.digest, crypto::sha256(out));
    return out;
}

Bytes untreated(const Bytes& file) {
    Opened opened(file);
    Bytes out;
    const dicom::Sink sink = [&](ByteView part) { append(out, part); };
    dicom::CountingSink counted(sink);
    dicom::write_basic_file(
        {opened.source, *opened.syntax, opened.data_offset, opened.data}, [](DcmItem&) {}, counted);
    return out;
}

std::string failure(Bytes file, dicom::PixelTextSet allowed, ErrorKind expected) {
    try {
        dicom::Instance instance = dicom::Instance::from_memory(std::move(file));
        (void)std::move(instance).write_basic({mapped, pseudonym}, allowed, [](ByteView) {});
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), expected) << error.what();
        return error.what();
    }
    return "";
}

std::string canonical(const Bytes& file) {
    const auto format = read_with_dcmtk(file);
    if (!format) return "unreadable";
    DcmDataset& data = *format->getDataset();
    const E_TransferSyntax original = data.getOriginalXfer();
    data.computeGroupLengthAndPadding(EGL_withoutGL, EPD_withoutPadding, original, EET_UndefinedLength);
    return serialise(data, original == EXS_DeflatedLittleEndianExplicit ? EXS_LittleEndianExplicit : original);
}

std::unique_ptr<DcmDataset> read_back(const Bytes& file) {
    const auto format = read_with_dcmtk(file);
    if (!format) throw std::runtime_error("DCMTK does not read the file");
    return std::unique_ptr<DcmDataset>(format->getAndRemoveDataset());
}

std::string pixel_bytes(const Bytes& file) {
    const Opened opened(file);
    std::string bytes;
    for (const dicom::LargeElement& large : opened.data.large_elements()) {
        if (!large.is_pixel_data()) continue;
        const auto input = dicom::data_input(opened.source, *opened.syntax, opened.data_offset);
        input->skip(large.position - input->position());
        std::string part(static_cast<std::size_t>(large.size), '\0');
        EXPECT_EQ(input->read({reinterpret_cast<std::uint8_t*>(part.data()), part.size()}), part.size());
        bytes += part;
    }
    return bytes;
}

}  // namespace msh::test
