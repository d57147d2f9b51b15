#include "dicom/fault.hpp"

#include <utility>

namespace msh::dicom {
namespace {

ErrorKind kind_of(FaultClass fault_class) noexcept {
    return fault_class <= FaultClass::directory ? ErrorKind::refused : ErrorKind::input;
}

}  // namespace

std::string_view to_string(FaultClass fault_class) noexcept {
    switch (fault_class) {
        case FaultClass::object_kind:
            return "object-kind";
        case FaultClass::pixel_text:
            return "pixel-text";
        case FaultClass::transfer_syntax:
            return "transfer-syntax";
        case FaultClass::unknown_pixels:
            return "unknown-pixels";
        case FaultClass::directory:
            return "dicomdir";
        case FaultClass::not_dicom:
            return "not-dicom";
        case FaultClass::incomplete:
            return "incomplete";
        case FaultClass::truncated:
            return "truncated";
        case FaultClass::malformed:
            return "malformed";
        case FaultClass::trailing_bytes:
            return "trailing-bytes";
        case FaultClass::limit:
            return "limit";
        case FaultClass::empty:
            return "empty";
        case FaultClass::missing:
            return "missing";
        case FaultClass::no_permission:
            return "no-permission";
        case FaultClass::no_file:
            return "no-file";
        case FaultClass::read_error:
            return "read-error";
        case FaultClass::changed:
            return "changed";
    }
    return "other";
}

Fault::Fault(FaultClass fault_class, const std::string& message, std::string hint)
    : Error(kind_of(fault_class), message, std::move(hint)), class_(fault_class) {}

bool Fault::is_of_content() const noexcept {
    return class_ < FaultClass::empty;
}

void Fault::locate(const FaultPlace& place) {
    if (!place_) place_ = place;
}

Fault Fault::at(std::uint32_t tag) && {
    locate({tag, std::nullopt});
    return std::move(*this);
}

}  // namespace msh::dicom
