// The writing side of the deflated transfer syntax: a sink that deflates what it is given.
//
//     Deflater deflater(sink);
//     deflater(part); ...
//     deflater.finish();            // the end of the deflated data, and a zero where its length would be odd
//
// Source: DICOM PS3.5 section A.5; RFC 1951.
#pragma once

#include <memory>

#include "base/bytes.hpp"
#include "dicom/output.hpp"

namespace msh::dicom {

class Deflater {
  public:
    explicit Deflater(Sink sink);
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
    ~Deflater();

    void operator()(ByteView part);
    void finish();

  private:
    struct State;
    void run(ByteView part, int flush);
    std::unique_ptr<State> state_;
};

}  // namespace msh::dicom
