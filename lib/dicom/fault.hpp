// Why a file is refused or not readable: an Error with a class, which stays the same even if the text of the message
// changes, and with the position in the file, if known. All errors of this room about a file are Faults.
//
//     throw Fault(FaultClass::truncated, "truncated in its pixel data");
//     catch (Fault& fault) { fault.locate({tag, offset}); throw; }        // the innermost position is kept
//
// The class decides the kind: `refused` for policy, `input` for the rest. A position contains no value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace msh::dicom {

enum class FaultClass {
    // Policy.
    object_kind,      // no image, or nothing that can be judged
    pixel_text,       // pixels that may show names
    transfer_syntax,  // unknown, or pixels outside the file
    unknown_pixels,   // pixel data under UN
    directory,        // a DICOMDIR
    // Damage.
    not_dicom,
    incomplete,  // a required UID is missing or invalid
    truncated,
    malformed,
    trailing_bytes,
    limit,  // more memory, time, nesting or text than a valid file needs
    empty,
    // The file could not be read, whatever its content is.
    missing,
    no_permission,
    no_file,  // a link, a folder, a device
    read_error,
    changed,
};

// As in "pixel-text".
[[nodiscard]] std::string_view to_string(FaultClass fault_class) noexcept;

struct FaultPlace {
    std::optional<std::uint32_t> tag{};
    std::optional<std::uint64_t> offset{};  // in the file, of the element; none in what was deflated
};

class Fault : public Error {
  public:
    Fault(FaultClass fault_class, const std::string& message, std::string hint = {});

    [[nodiscard]] FaultClass fault_class() const noexcept { return class_; }
    [[nodiscard]] const std::optional<FaultPlace>& place() const noexcept { return place_; }
    // Whether it depends on the content only, so that the same file will fail again.
    [[nodiscard]] bool is_of_content() const noexcept;

    // Sets the place, unless it is known.
    void locate(const FaultPlace& place);
    // The same with a tag alone.
    [[nodiscard]] Fault at(std::uint32_t tag) &&;

  private:
    FaultClass class_;
    std::optional<FaultPlace> place_;
};

}  // namespace msh::dicom
