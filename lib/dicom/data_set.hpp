// A data set as it is read from a file: DCMTK's, parsed element by element, but for what is too large to hold. Of pixel
// data and of Per-frame Functional Groups it knows where they lie. (Includes DCMTK: for .cpp files of this room only.)
//
//     DataSet meta;    meta.parse_file_meta(input, source);
//     DataSet data;    data.parse(input, source, encoding, memory);
//     for (const LargeElement& large : data.large_elements()) ...
//
// The loop over the top level is here, not in DCMTK, since DCMTK stops at the first tag that is not below a given one
// and takes what it can get for the whole where the file ends. Here each element must end where its length says, and
// the last one at the end of the file. Elements that stand out of order come out in order; of two with one tag the
// first counts, but two large ones are an error. Zeros behind the last element are dropped, up to 1 MiB.
//
// Fails with Error(refused) where pixel data stands under UN, else with Error(input), also where dicom/parse_guard.hpp
// objects, or a deflated file holds more than 32 MiB besides its pixel data (it is read into memory, and a short file
// can be a long one inflated).
//
// Source: DICOM PS3.5 section 7.1 and annex A.
#pragma once

#include <cstdint>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <memory>
#include <vector>

#include "dicom/input.hpp"
#include "dicom/parse_guard.hpp"
#include "dicom/parser_stream.hpp"
#include "dicom/transfer_syntax.hpp"

namespace msh::dicom {

struct LargeElement {
    DcmTag tag;                  // with the value representation of the file
    std::uint32_t length = 0;    // as its header says, possibly undefined (0xFFFFFFFF)
    std::uint64_t position = 0;  // of the value in the input
    std::uint64_t size = 0;      // of the value, with its delimiter

    [[nodiscard]] bool is_pixel_data() const { return tag.getGroup() == 0x7FE0; }
};

class DataSet : public DcmDataset {
  public:
    // From the first element behind "DICM" to the first one that is not of group 0002.
    void parse_file_meta(Input& input, const Source& source);

    // To the end of the input. The source is the one behind the input; none where the input is deflated.
    // Throws NeedsMemory where the elements would take more than `memory` (and so does a single functional group that
    // takes more than max_parse_memory).
    void parse(Input& input, const Source* source, Encoding encoding, std::uint64_t memory);

    // What its elements take in memory, estimated.
    [[nodiscard]] std::uint64_t memory() const noexcept { return memory_; }

    // By tag.
    [[nodiscard]] const std::vector<LargeElement>& large_elements() const noexcept { return large_; }

  private:
    struct Parsing;
    void parse_next(Parsing& parsing);
    void parse_next(Parsing& parsing, DcmTag& tag);
    void parse_element(Parsing& parsing, DcmTag tag, std::uint32_t length);
    void pass_pixel_data(Parsing& parsing, const DcmTag& tag, std::uint32_t length);
    void pass_frames(Parsing& parsing, const DcmTag& tag, std::uint32_t length);
    void add_large(const LargeElement& element);

    std::vector<LargeElement> large_;
    std::uint64_t memory_ = 0;
};

// The items of a sequence whose value begins where the input stands, one at a time.
class ItemReader {
  public:
    ItemReader(Input& input, const Source* source, Encoding encoding, std::uint32_t length);

    // Nothing after the last one; the input then stands behind the sequence.
    [[nodiscard]] std::unique_ptr<DcmItem> next();

  private:
    Input& input_;
    ParseGuard guard_;
    ParserStream stream_;
    Encoding encoding_;
    std::uint64_t start_;
    std::uint32_t length_;
};

[[nodiscard]] E_TransferSyntax dcmtk_syntax(Encoding encoding) noexcept;

}  // namespace msh::dicom
