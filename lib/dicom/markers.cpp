#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <dcmtk/dcmdata/dcsequen.h>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "dicom/confidentiality.hpp"
#include "dicom/deidentify.hpp"

namespace msh::dicom {
namespace {

constexpr std::string_view pixels_not_cleaned = "PIXELS NOT CLEANED";

void put(DcmItem& item, const DcmTag& tag, const std::string& text) {
    if (item.putAndInsertOFStringArray(tag, OFString(text.data(), text.size())).bad()) {
        throw Error(ErrorKind::failed, "a de-identification marker cannot be added");
    }
}

// Each value at most 64 characters, as LO asks.
std::string method_text(bool pixels_may_carry_text) {
    std::string text = "PS3.15 ";
    text.append(confidentiality_edition).append(" Basic Application Level Confidentiality Profile");
    if (pixels_may_carry_text) text.append("\\").append(pixels_not_cleaned);
    return text;
}

// The code of PS3.16 CID 7050 for the profile without options.
void put_method_code(DcmItem& head) {
    auto item = std::make_unique<DcmItem>();
    put(*item, DCM_CodeValue, "113100");
    put(*item, DCM_CodingSchemeDesignator, "DCM");
    put(*item, DCM_CodeMeaning, "Basic Application Confidentiality Profile");
    auto sequence = std::make_unique<DcmSequenceOfItems>(DCM_DeidentificationMethodCodeSequence);
    if (sequence->append(item.get()).good()) item.release();
    if (item != nullptr || head.insert(sequence.get(), OFTrue).bad()) {
        throw Error(ErrorKind::failed, "a de-identification marker cannot be added");
    }
    sequence.release();
}

}  // namespace

void Deidentifier::add_markers(DcmItem& head, bool pixels_may_carry_text, bool burned_in) {
    put(head, DCM_PatientIdentityRemoved, burned_in ? "NO" : "YES");
    put(head, DCM_DeidentificationMethod, method_text(pixels_may_carry_text));
    put_method_code(head);
    put(head, DCM_LongitudinalTemporalInformationModified, "REMOVED");
}

}  // namespace msh::dicom
