// Why a file is not taken: an Error with a class that stays the same while the words of its message may change, and with
// the place in the file where that is known. What this room throws about a file is a Fault.
//
//     throw Fault(FaultClass::truncated, "truncated in its pixel data");
//     catch (Fault& fault) { fault.locate({tag, offset}); throw; }        // who knows first, knows best
//
// The class decides the kind: `refused` for what policy keeps out, `input` for the rest. A place holds no value.
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
    incomplete,  // a UID that must be there is not, or is none
    truncated,
    malformed,
    trailing_bytes,
    limit,  // more memory, time, nesting or text than a sound file takes
    empty,
    // The file could not be read, which says nothing about its content.
    missing,
    no_permission,
    no_file,  // a link, a folder, a device
    read_error,
    changed,
};

// As in "pixel-text".
[[nodiscard]] std::string_view to_word(FaultClass fault_class) noexcept;

struct FaultPlace {
    std::optional<std::uint32_t> tag{};
    std::optional<std::uint64_t> offset{};  // in the file, of the element; none in what was deflated
};

class Fault : public Error {
  public:
    Fault(FaultClass fault_class, const std::string& message, std::string hint = {});

    [[nodiscard]] FaultClass fault_class() const noexcept { return class_; }
    [[nodiscard]] const std::optional<FaultPlace>& place() const noexcept { return place_; }
    // Whether the same content has it whenever it is read.
    [[nodiscard]] bool is_of_content() const noexcept;

    // Nothing where the place is known.
    void locate(const FaultPlace& place);
    // The same with a tag alone.
    [[nodiscard]] Fault at(std::uint32_t tag) &&;

  private:
    FaultClass class_;
    std::optional<FaultPlace> place_;
};

}  // namespace msh::dicom
