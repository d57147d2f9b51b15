// DCMTK's parser over an Input. (Includes DCMTK: for .cpp files of this room only.)
//
//     ParserStream stream(input, source, guard);
//     item.read(stream, ...);
//     stream.rethrow();                // what went wrong below DCMTK, before its own status is looked at
//
// Three things DCMTK's own file stream does differently: nothing is opened by its path again; the end of the data is
// never reported as such, so that every truncation is an error of the element it happens in, and not "end of file",
// which DCMTK often treats as success; and an exception is stored in the stream until DCMTK, which is not
// exception-safe, has returned.
#pragma once

#include <cstdint>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrma.h>
#include <exception>

#include "dicom/input.hpp"
#include "dicom/parse_guard.hpp"

namespace msh::dicom {

// The producer at the end of a ParserStream.
class InputProducer : public DcmProducer {
  public:
    InputProducer(Input& input, ParseGuard& guard) : input_(input), guard_(guard) {}

    OFBool good() const override { return failure_ == nullptr; }
    OFCondition status() const override;
    OFBool eos() override { return failure_ != nullptr; }
    offile_off_t avail() override;
    offile_off_t read(void* buffer, offile_off_t length) override;
    offile_off_t skip(offile_off_t length) override;
    void putback(offile_off_t count) override;

    void on_header();
    void on_large_value();
    void rethrow() const;

  private:
    // Calls `work`; an exception is kept and the answer is 0.
    template <typename Work>
    offile_off_t keep_failure(Work work);

    Input& input_;
    ParseGuard& guard_;
    std::exception_ptr failure_;
};

class ParserStream : public DcmInputStream {
  public:
    // Without a source (deflated data) all values are read into memory.
    ParserStream(Input& input, const Source* source, ParseGuard& guard);

    // Longer values stay in the file until they are needed; without a source there must be none.
    [[nodiscard]] std::uint32_t max_value() const noexcept { return source_ == nullptr ? 32 << 20 : 64 << 10; }

    // Called by DCMTK for each longer value.
    DcmInputStreamFactory* newFactory() const override;
    // Once for each header of an element or item.
    void mark() override;

    void rethrow() const { producer_.rethrow(); }

  private:
    mutable InputProducer producer_;
    Input& input_;
    const Source* source_;
};

}  // namespace msh::dicom
