#include "dicom/parser_stream.hpp"

#include <dcmtk/dcmdata/dcerror.h>
#include <memory>

#include "base/error.hpp"

namespace msh::dicom {
namespace {

// More than DCMTK ever asks to have at hand.
constexpr std::size_t max_header = 256;

// One value that was left in the file: read later, from the same open file.
class ValueStream : public DcmInputStream {
  public:
    ValueStream(const Source& source, std::uint64_t offset)
        : DcmInputStream(&producer_),
          input_(source, offset),
          guard_({.memory = UINT64_MAX}),
          producer_(input_, guard_) {
        guard_.enter();
    }
    DcmInputStreamFactory* newFactory() const override { return nullptr; }

  private:
    FileInput input_;
    ParseGuard guard_;
    InputProducer producer_;
};

class ValueStreamFactory : public DcmInputStreamFactory {
  public:
    ValueStreamFactory(const Source& source, std::uint64_t offset) : source_(source), offset_(offset) {}

    DcmInputStream* create() const override { return new ValueStream(source_, offset_); }
    DcmInputStreamFactory* clone() const override { return new ValueStreamFactory(source_, offset_); }
    DcmInputStreamFactoryType ident() const override { return DFT_DcmInputFileStreamFactory; }

  private:
    const Source& source_;
    std::uint64_t offset_;
};

}  // namespace

template <typename Work>
offile_off_t InputProducer::keep_failure(Work work) {
    if (failure_) return 0;
    try {
        return work();
    } catch (...) {
        failure_ = std::current_exception();
        return 0;
    }
}

OFCondition InputProducer::status() const {
    return good() ? EC_Normal : EC_InvalidStream;
}

offile_off_t InputProducer::avail() {
    return keep_failure([&] { return static_cast<offile_off_t>(input_.peek(max_header).size()); });
}

offile_off_t InputProducer::read(void* buffer, offile_off_t length) {
    return keep_failure([&] {
        const std::size_t count = input_.read({static_cast<std::uint8_t*>(buffer), static_cast<std::size_t>(length)});
        guard_.on_bytes(count);
        return static_cast<offile_off_t>(count);
    });
}

offile_off_t InputProducer::skip(offile_off_t length) {
    return keep_failure([&] { return static_cast<offile_off_t>(input_.skip(static_cast<std::uint64_t>(length))); });
}

void InputProducer::putback(offile_off_t count) {
    input_.rewind(static_cast<std::uint64_t>(count));
}

void InputProducer::on_header() {
    keep_failure([&] {
        guard_.on_header();
        return offile_off_t{0};
    });
}

void InputProducer::on_large_value() {
    keep_failure([&]() -> offile_off_t { guard_.on_large_value(); });
}

void InputProducer::rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
}

ParserStream::ParserStream(Input& input, const Source* source, ParseGuard& guard)
    : DcmInputStream(&producer_), producer_(input, guard), input_(input), source_(source) {}

DcmInputStreamFactory* ParserStream::newFactory() const {
    if (source_ != nullptr) return new ValueStreamFactory(*source_, input_.position());
    producer_.on_large_value();  // before DCMTK allocates whatever a few bytes ask for
    return nullptr;
}

void ParserStream::mark() {
    DcmInputStream::mark();
    producer_.on_header();
}

}  // namespace msh::dicom
