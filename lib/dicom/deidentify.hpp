// De-identification of a DICOM data set in place: the Basic Application Level Confidentiality Profile of DICOM PS3.15
// Annex E, edition 2024b, without options. What happens to which element is decided in dicom/rules.hpp; here it is
// done, at every level of nesting.
//
//     load_dictionary();                                       // once, before the first file is parsed
//     Deidentifier deidentifier({uid_map, patient});           // one for each instance file
//     deidentifier.deidentify(head);                                // everything but the pixels
//     deidentifier.deidentify(frame_item);                          // items read one by one, if any
//     deidentifier.add_markers(head, pixels_may_carry_text, burned_in);    // after deidentify(head)
//
// Pixel data (7FE0,0008), (7FE0,0009) and (7FE0,0010) bypasses it, streamed by the caller: if deidentify() finds it in
// an item or after the first pixels, it removes them. Values are never transcoded: Specific Character Set and the
// values kept stay as they are (but for letters where none belong, dicom/kept_text.hpp; binary values that do not fit
// go, dicom/kept_binary.hpp), and every replacement is ASCII. An object serves one thread at a time; several objects
// work at once.
//
// What stands in place of a value, where the element was there at all ("Z" leaves it empty, "D" puts one of these):
//     Patient's Name, Patient ID   the patient's pseudonym
//     ROI Name                     ROI-1, ROI-2, ... in the order met in the file
//     UI                           each value mapped; an empty one stays empty, as does a registered one of a class
//     DA, TM, DT, AS               19000101, 000000, 19000101000000, 000Y
//     AE CS SH LO ST LT UT UC PN   ANONYMOUS
//     UR                           http://anonymous.invalid/
//     IS, DS, binary numbers       0
//     OB, OW                       two zero bytes
//     SQ                           one item without elements
//
// Fails with Error(input) where a UID cannot be read, an element holds more than 64 KiB of UIDs or more than 1 MiB of
// text that would stay, or items are nested deeper than 64 levels; the data set is then half done and must not be used.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "dicom/confidentiality.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/parse_guard.hpp"
#include "dicom/uid_registry.hpp"

class DcmElement;
class DcmItem;

namespace msh::dicom {

// Changes whenever the output for the same file could change (other rules, tables or dummies), so that files encrypted
// under older rules are known.
inline constexpr std::string_view rule_version = "basic/2024b/2";

// Maps an original UID to its replacement; the same on every call (dicom/uid.hpp).
using UidMap = std::function<std::string(std::string_view original)>;

struct Replacements {
    UidMap uid;
    std::string patient;  // pseudonym for Patient ID and Patient's Name; ASCII, valid as LO and PN
};

class Deidentifier {
  public:
    explicit Deidentifier(Replacements replacements);

    // Any data set or item, with all its items.
    void deidentify(DcmItem& dataset);

    // Says in the file what was done (PS3.15 E.1.1). Earlier statements of that kind are replaced: they are text of
    // unknown origin and no longer complete. Burned In Annotation (0028,0301) is kept, since pixels are
    // not cleaned.
    //     (0012,0062) Patient Identity Removed     YES; NO where Burned In Annotation says anything but NO
    //     (0012,0063) De-identification Method     the profile; PIXELS NOT CLEANED where they may carry text
    //     (0012,0064) its Code Sequence            113100 (CID 7050): the profile, no options
    //     (0028,0303) Longitudinal Temporal Information Modified: REMOVED
    void add_markers(DcmItem& head, bool pixels_may_carry_text, bool burned_in);

  private:
    void treat_item(DcmItem& item, int depth);
    void treat_items(DcmElement& sequence, int depth);
    // The element to stand there from now on: itself, changed or not, another one, or none. Owned like the argument.
    // The item has lost it, and all behind it.
    [[nodiscard]] std::unique_ptr<DcmElement> treat_element(DcmItem& item, std::unique_ptr<DcmElement> element,
                                                            int depth);
    void require_short(const DcmElement& element, Action action);
    [[nodiscard]] std::string dummy_for(std::uint32_t tag);
    [[nodiscard]] std::string map_uids(DcmElement& element, UidType kept) const;

    Replacements replacements_;
    ParseGuard guard_{{}};  // of texts that the parser left in the file
    int rois_ = 0;
};

}  // namespace msh::dicom
