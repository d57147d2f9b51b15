// Images whose pixels may carry names burned into them. Nothing in a file proves that pixels are clean, so these
// classes are kept out of profile basic unless the user allows them (`--allow-pixel-text[=CLASS,...]`).
//
//     const PixelTextSet found = find_pixel_text(dataset, sop_class);
//     const PixelTextSet allowed = parse_pixel_text("ultrasound,screen");      // Error(usage) for an unknown name
//     if (!(found - allowed).empty()) ...
//
// Sources: DICOM PS3.3 C.7.6.1.1.2 (Image Type), C.8.6.1 (Conversion Type), C.9.2 (Overlay Plane); PS3.4 annex B.5
// (SOP classes).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

class DcmItem;

namespace msh::dicom {

enum class PixelText : std::uint8_t {
    burned_in,
    secondary_capture,
    ultrasound,
    visible_light,
    endoscopy,
    digitised_film,
    screen,
    rgb,
    overlay,
};

// A class: its name on the command line, and what it stands for in one line.
struct PixelTextClass {
    PixelText value;
    std::string_view name;
    std::string_view description;
};
[[nodiscard]] std::span<const PixelTextClass> pixel_text_classes() noexcept;

class PixelTextSet {
  public:
    PixelTextSet() = default;
    [[nodiscard]] static PixelTextSet all() noexcept;

    void insert(PixelText value) noexcept { bits_ = static_cast<std::uint16_t>(bits_ | bit(value)); }
    [[nodiscard]] bool contains(PixelText value) const noexcept { return (bits_ & bit(value)) != 0; }
    [[nodiscard]] bool empty() const noexcept { return bits_ == 0; }
    // What is here and not in `other`.
    [[nodiscard]] PixelTextSet operator-(PixelTextSet other) const noexcept;
    bool operator==(const PixelTextSet&) const = default;

    // Comma-separated, in the order of the table: what parse_pixel_text() takes, one spelling for one set.
    [[nodiscard]] std::string names() const;

  private:
    static constexpr unsigned bit(PixelText value) noexcept { return 1U << static_cast<unsigned>(value); }
    std::uint16_t bits_ = 0;
};

// Names separated by commas; an empty text stands for all classes. Throws Error(usage) for a name that is none.
[[nodiscard]] PixelTextSet parse_pixel_text(std::string_view names);

// What the elements of a data set that has pixels say of them.
[[nodiscard]] PixelTextSet find_pixel_text(DcmItem& dataset, std::string_view sop_class);

}  // namespace msh::dicom
