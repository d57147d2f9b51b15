// Writing a file of profile basic: head, data set, pixels and padding, in the order of the tags, each large element
// read again from the original while it is written. (Includes DCMTK: for .cpp files of this room only.)
//
//     write_basic_file(original, deidentify, out);
//
// The data set must have been treated already; `deidentify` is called for each item of the Per-frame Functional Groups.
// Sequences and items come out with undefined length; everything else stands as it did in the original.
//
// Fails with what the sink and `deidentify` throw, and with Error(input) where the original cannot be read again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "dicom/data_set.hpp"
#include "dicom/output.hpp"
#include "dicom/source.hpp"
#include "dicom/transfer_syntax.hpp"

namespace msh::dicom {

struct Original {
    const Source& source;
    const TransferSyntax& syntax;
    std::uint64_t data_offset;  // behind the file meta information
    DataSet& data;

    [[nodiscard]] bool is_deflated() const { return syntax.encoding == Encoding::deflated; }
};

// The data set's bytes from its beginning.
[[nodiscard]] std::unique_ptr<Input> data_input(const Source& source, const TransferSyntax& syntax,
                                                std::uint64_t data_offset);

using DeidentifyItem = std::function<void(DcmItem& item)>;
void write_basic_file(const Original& original, const DeidentifyItem& deidentify, CountingSink& out);

}  // namespace msh::dicom
