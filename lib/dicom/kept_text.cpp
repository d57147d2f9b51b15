#include "dicom/kept_text.hpp"

#include <algorithm>
#include <array>

#include "dicom/dictionary.hpp"
#include "terms/charset.hpp"
#include "terms/value_text.hpp"

namespace msh::dicom {
namespace {

constexpr std::uint32_t specific_character_set = 0x00080005;
constexpr std::uint32_t modality = 0x00080060;
constexpr std::string_view in_numbers("0123456789+-.eE \0", 17);
constexpr std::string_view in_codes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _";

// Codes that some makers write in small letters, and without which the pixels cannot be shown or judged.
constexpr std::array<std::string_view, 11> tolerated{
    "YES",          "NO",      "MONOCHROME1", "MONOCHROME2",    "RGB", "PALETTE COLOR", "YBR_FULL",
    "YBR_FULL_422", "YBR_RCT", "YBR_ICT",     "YBR_PARTIAL_420"};

// What Modality may say, defined terms all and retired ones too: it is repeated in the record.
constexpr std::array<std::string_view, 97> modalities{
    "ANN",      "AR",  "AS",  "ASMT",   "AU",      "BDUS",       "BI",     "BMD",   "CD",       "CF",
    "CFM",      "CP",  "CR",  "CS",     "CT",      "CTPROTOCOL", "DD",     "DF",    "DG",       "DM",
    "DMS",      "DOC", "DS",  "DX",     "EC",      "ECG",        "EEG",    "EMG",   "EOG",      "EPS",
    "ES",       "FA",  "FID", "FS",     "GM",      "HC",         "HD",     "IO",    "IOL",      "IVOCT",
    "IVUS",     "KER", "KO",  "LEN",    "LP",      "LS",         "M3D",    "MA",    "MG",       "MR",
    "MS",       "NM",  "OAM", "OCT",    "OP",      "OPM",        "OPR",    "OPT",   "OPTBSV",   "OPTENF",
    "OPV",      "OSS", "OT",  "PA",     "PLAN",    "POS",        "PR",     "PT",    "PX",       "REG",
    "RESP",     "RF",  "RG",  "RTDOSE", "RTIMAGE", "RTINTENT",   "RTPLAN", "RTRAD", "RTRECORD", "RTSEGANN",
    "RTSTRUCT", "RWV", "SEG", "SM",     "SMR",     "SR",         "SRF",    "ST",    "STAIN",    "TEXTUREMAP",
    "TG",       "US",  "VA",  "VF",     "XA",      "XAPROTOCOL", "XC"};
static_assert(std::is_sorted(modalities.begin(), modalities.end()));

bool is_made_of(std::string_view value, std::string_view letters) {
    return value.find_first_not_of(letters) == std::string_view::npos;
}

bool is_code(std::string_view value) {
    if (is_made_of(value, in_codes)) return true;
    return std::find(tolerated.begin(), tolerated.end(), terms::upper_ascii(value)) != tolerated.end();
}

bool may_stay(std::uint32_t tag, std::string_view value) {
    if (tag == modality) return value.empty() || std::binary_search(modalities.begin(), modalities.end(), value);
    if (tag == specific_character_set) return terms::is_character_set_term(value);
    return standard_vr(tag) == Vr::CS ? is_code(value) : is_made_of(value, in_numbers);
}

}  // namespace

bool has_strict_text(std::uint32_t tag) noexcept {
    const Vr vr = standard_vr(tag);
    return vr == Vr::CS || vr == Vr::DS || vr == Vr::IS;
}

std::optional<std::string> clean_text(std::uint32_t tag, std::string_view text) {
    if (!has_strict_text(tag)) return std::nullopt;
    std::string clean;
    bool is_clean = true;
    for (const std::string_view value : terms::split(text, '\\')) {
        const bool stays = may_stay(tag, terms::trim_padding(value));
        if (stays) clean += value;
        clean += '\\';
        is_clean = is_clean && stays;
    }
    if (is_clean) return std::nullopt;
    clean.pop_back();
    return clean;
}

}  // namespace msh::dicom
