#include "dicom/element_stream.hpp"

#include <algorithm>
#include <dcmtk/dcmdata/dcerror.h>
#include <dcmtk/dcmdata/dcwcache.h>
#include <string_view>
#include <utility>

#include "dicom/data_set.hpp"
#include "dicom/fault.hpp"

namespace msh::dicom {
namespace {

constexpr std::size_t buffer_size = 64 << 10;

void append_number(Bytes& to, std::uint32_t value, std::size_t width, Encoding encoding) {
    for (std::size_t i = 0; i < width; ++i) {
        const std::size_t shift = 8 * (encoding == Encoding::explicit_big ? width - 1 - i : i);
        to.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

std::uint32_t tag_of(DcmObject& object) {
    return std::uint32_t{object.getGTag()} << 16 | object.getETag();
}

}  // namespace

SinkConsumer::SinkConsumer(Sink sink) : sink_(std::move(sink)) {
    buffer_.reserve(buffer_size);
}

OFCondition SinkConsumer::status() const {
    return good() ? EC_Normal : EC_InvalidStream;
}

offile_off_t SinkConsumer::avail() const {
    return buffer_size;
}

void SinkConsumer::send(ByteView part) noexcept {
    if (failure_ || part.empty()) return;
    try {
        sink_(part);
    } catch (...) {
        failure_ = std::current_exception();
    }
}

offile_off_t SinkConsumer::write(const void* bytes, offile_off_t length) {
    const ByteView part(static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(length));
    if (buffer_.size() + part.size() > buffer_size) {
        send(buffer_);
        buffer_.clear();
    }
    if (part.size() > buffer_size) {
        send(part);
    } else {
        append(buffer_, part);
    }
    return length;
}

void SinkConsumer::finish() {
    send(buffer_);
    buffer_.clear();
    rethrow();
}

void SinkConsumer::rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
}

ElementStream::ElementStream(Sink sink) : DcmOutputStream(&consumer_), consumer_(std::move(sink)) {}

void write_object(DcmObject& object, ElementStream& stream, Encoding encoding) {
    DcmWriteCache cache;
    object.transferInit();
    const OFCondition status = object.write(stream, dcmtk_syntax(encoding), EET_UndefinedLength, &cache);
    object.transferEnd();
    stream.rethrow();
    if (status.bad()) throw Fault(FaultClass::malformed, "an element that cannot be written again").at(tag_of(object));
}

Bytes element_header(const DcmTag& tag, std::uint32_t length, Encoding encoding) {
    Bytes header;
    append_number(header, tag.getGroup(), 2, encoding);
    append_number(header, tag.getElement(), 2, encoding);
    const bool has_vr = encoding != Encoding::implicit_little && tag.getGroup() != 0xFFFE;
    if (has_vr) {
        append(header, as_bytes(std::string_view(tag.getVRName()).substr(0, 2)));
        append_number(header, 0, 2, encoding);  // all that come here have a long length field
    }
    append_number(header, length, 4, encoding);
    return header;
}

}  // namespace msh::dicom
