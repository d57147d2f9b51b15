#include "dicom/dcmtk_vr.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace msh::dicom {
namespace {

using enum Vr;

constexpr std::pair<Vr, DcmEVR> pairs[] = {
    {AE, EVR_AE}, {AS, EVR_AS}, {AT, EVR_AT}, {CS, EVR_CS}, {DA, EVR_DA}, {DS, EVR_DS}, {DT, EVR_DT}, {FD, EVR_FD},
    {FL, EVR_FL}, {IS, EVR_IS}, {LO, EVR_LO}, {LT, EVR_LT}, {OB, EVR_OB}, {OD, EVR_OD}, {OF, EVR_OF}, {OL, EVR_OL},
    {OV, EVR_OV}, {OW, EVR_OW}, {PN, EVR_PN}, {SH, EVR_SH}, {SL, EVR_SL}, {SQ, EVR_SQ}, {SS, EVR_SS}, {ST, EVR_ST},
    {SV, EVR_SV}, {TM, EVR_TM}, {UC, EVR_UC}, {UI, EVR_UI}, {UL, EVR_UL}, {UR, EVR_UR}, {US, EVR_US}, {UT, EVR_UT},
    {UV, EVR_UV}, {ox, EVR_ox}, {xs, EVR_xs}, {lt, EVR_lt},
};

constexpr std::size_t dcmtk_count = 64;

constexpr auto by_dcmtk = [] {
    std::array<Vr, dcmtk_count> table{};
    for (const auto& [vr, evr] : pairs)
        table.at(static_cast<std::size_t>(evr)) = vr;
    return table;
}();

constexpr auto by_vr = [] {
    std::array<DcmEVR, std::size(pairs) + 1> table{};
    table[0] = EVR_UN;
    for (const auto& [vr, evr] : pairs)
        table.at(static_cast<std::size_t>(vr)) = evr;
    return table;
}();

}  // namespace

DcmEVR to_dcmtk(Vr vr) noexcept {
    return by_vr[static_cast<std::size_t>(vr)];
}

Vr from_dcmtk(DcmEVR vr) noexcept {
    const auto index = static_cast<std::size_t>(vr);
    return index < dcmtk_count ? by_dcmtk[index] : none;
}

}  // namespace msh::dicom
