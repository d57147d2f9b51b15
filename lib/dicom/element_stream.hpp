// DCMTK's writer into a sink, and the few headers msh writes itself. (Includes DCMTK: for .cpp files of this
// room only.)
//
//     ElementStream stream(sink);
//     write_object(element, stream, encoding);
//     stream.finish();                 // the rest of the buffer; and what the sink threw below DCMTK
//
// Fails with what the sink throws, and with Error(input) where a value cannot be read or written.
//
// Source: DICOM PS3.5 section 7.1.
#pragma once

#include <cstdint>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrma.h>
#include <dcmtk/dcmdata/dctag.h>
#include <exception>

#include "base/bytes.hpp"
#include "dicom/output.hpp"
#include "dicom/transfer_syntax.hpp"

class DcmObject;

namespace msh::dicom {

// Gathers the writer's small pieces; an exception of the sink waits here until DCMTK has returned.
class SinkConsumer : public DcmConsumer {
  public:
    explicit SinkConsumer(Sink sink);

    OFBool good() const override { return failure_ == nullptr; }
    OFCondition status() const override;
    OFBool isFlushed() const override { return OFTrue; }
    offile_off_t avail() const override;
    offile_off_t write(const void* bytes, offile_off_t length) override;
    void flush() override {}

    void finish();
    void rethrow() const;

  private:
    void send(ByteView part) noexcept;

    Sink sink_;
    Bytes buffer_;
    std::exception_ptr failure_;
};

class ElementStream : public DcmOutputStream {
  public:
    explicit ElementStream(Sink sink);

    void put(ByteView bytes) { consumer_.write(bytes.data(), static_cast<offile_off_t>(bytes.size())); }
    void finish() { consumer_.finish(); }
    void rethrow() const { consumer_.rethrow(); }

  private:
    SinkConsumer consumer_;
};

// An element or item with all it holds; its group lengths and paddings must be gone already.
void write_object(DcmObject& object, ElementStream& stream, Encoding encoding);

// The header of an element (its value representation is the tag's) or, with the tags of group FFFE, of an item or
// a delimiter.
[[nodiscard]] Bytes element_header(const DcmTag& tag, std::uint32_t length, Encoding encoding);

}  // namespace msh::dicom
