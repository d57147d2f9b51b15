#include "dicom/transfer_syntax.hpp"

#include <algorithm>
#include <array>

#include "dicom/fault.hpp"

namespace msh::dicom {
namespace {

constexpr TransferSyntax encapsulated(std::string_view uid) {
    return {uid, Encoding::encapsulated};
}

constexpr std::array known{
    TransferSyntax{"1.2.840.10008.1.2", Encoding::implicit_little},
    TransferSyntax{"1.2.840.10008.1.2.1", Encoding::explicit_little},
    TransferSyntax{"1.2.840.10008.1.2.1.99", Encoding::deflated},
    TransferSyntax{"1.2.840.10008.1.2.2", Encoding::explicit_big},
    encapsulated("1.2.840.10008.1.2.1.98"),  // uncompressed, in fragments
    encapsulated("1.2.840.10008.1.2.4.50"),  // JPEG, by its processes; all but 50, 51, 57 and 70 retired
    encapsulated("1.2.840.10008.1.2.4.51"),
    encapsulated("1.2.840.10008.1.2.4.52"),
    encapsulated("1.2.840.10008.1.2.4.53"),
    encapsulated("1.2.840.10008.1.2.4.54"),
    encapsulated("1.2.840.10008.1.2.4.55"),
    encapsulated("1.2.840.10008.1.2.4.56"),
    encapsulated("1.2.840.10008.1.2.4.57"),
    encapsulated("1.2.840.10008.1.2.4.58"),
    encapsulated("1.2.840.10008.1.2.4.59"),
    encapsulated("1.2.840.10008.1.2.4.60"),
    encapsulated("1.2.840.10008.1.2.4.61"),
    encapsulated("1.2.840.10008.1.2.4.62"),
    encapsulated("1.2.840.10008.1.2.4.63"),
    encapsulated("1.2.840.10008.1.2.4.64"),
    encapsulated("1.2.840.10008.1.2.4.65"),
    encapsulated("1.2.840.10008.1.2.4.66"),
    encapsulated("1.2.840.10008.1.2.4.70"),
    encapsulated("1.2.840.10008.1.2.4.80"),  // JPEG-LS
    encapsulated("1.2.840.10008.1.2.4.81"),
    encapsulated("1.2.840.10008.1.2.4.90"),  // JPEG 2000
    encapsulated("1.2.840.10008.1.2.4.91"),
    encapsulated("1.2.840.10008.1.2.4.92"),
    encapsulated("1.2.840.10008.1.2.4.93"),
    encapsulated("1.2.840.10008.1.2.4.100"),  // MPEG-2, MPEG-4 (H.264), HEVC; ".1" is the fragmentable form
    encapsulated("1.2.840.10008.1.2.4.100.1"),
    encapsulated("1.2.840.10008.1.2.4.101"),
    encapsulated("1.2.840.10008.1.2.4.101.1"),
    encapsulated("1.2.840.10008.1.2.4.102"),
    encapsulated("1.2.840.10008.1.2.4.102.1"),
    encapsulated("1.2.840.10008.1.2.4.103"),
    encapsulated("1.2.840.10008.1.2.4.103.1"),
    encapsulated("1.2.840.10008.1.2.4.104"),
    encapsulated("1.2.840.10008.1.2.4.104.1"),
    encapsulated("1.2.840.10008.1.2.4.105"),
    encapsulated("1.2.840.10008.1.2.4.105.1"),
    encapsulated("1.2.840.10008.1.2.4.106"),
    encapsulated("1.2.840.10008.1.2.4.106.1"),
    encapsulated("1.2.840.10008.1.2.4.107"),
    encapsulated("1.2.840.10008.1.2.4.108"),
    encapsulated("1.2.840.10008.1.2.4.110"),  // JPEG XL
    encapsulated("1.2.840.10008.1.2.4.111"),
    encapsulated("1.2.840.10008.1.2.4.112"),
    encapsulated("1.2.840.10008.1.2.4.201"),  // High-Throughput JPEG 2000
    encapsulated("1.2.840.10008.1.2.4.202"),
    encapsulated("1.2.840.10008.1.2.4.203"),
    encapsulated("1.2.840.10008.1.2.5"),    // RLE
    encapsulated("1.2.840.10008.1.2.8.1"),  // deflated frames
};

// The file names a server, or a stream, instead of holding pixels.
constexpr std::array<std::string_view, 7> referenced{
    "1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.204", "1.2.840.10008.1.2.4.205",
    "1.2.840.10008.1.2.7.1",  "1.2.840.10008.1.2.7.2",  "1.2.840.10008.1.2.7.3",
};

}  // namespace

const TransferSyntax& transfer_syntax(std::string_view uid) {
    const auto* const found =
        std::find_if(known.begin(), known.end(), [&](const TransferSyntax& syntax) { return syntax.uid == uid; });
    if (found != known.end()) return *found;
    if (std::find(referenced.begin(), referenced.end(), uid) != referenced.end()) {
        throw Fault(FaultClass::transfer_syntax, "a transfer syntax that keeps the pixels outside the file");
    }
    throw Fault(FaultClass::transfer_syntax, "an unknown or private transfer syntax");
}

}  // namespace msh::dicom
