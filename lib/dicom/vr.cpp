#include "dicom/vr.hpp"

namespace msh::dicom {
namespace {

enum class Family { none, text, person, date, time, date_time, uid, number, sequence };

struct Kin {
    Family family;
    int width;  // how much a value of this VR can say, among its family
};

constexpr Kin kin(Vr vr) {
    switch (vr) {
        case Vr::none:
            return {Family::none, 0};
        case Vr::DS:
        case Vr::IS:
            return {Family::text, 1};
        case Vr::AE:
        case Vr::AS:
        case Vr::CS:
        case Vr::LO:
        case Vr::SH:
            return {Family::text, 2};
        case Vr::LT:
        case Vr::ST:
        case Vr::UC:
        case Vr::UR:
        case Vr::UT:
            return {Family::text, 3};
        case Vr::PN:
            return {Family::person, 0};
        case Vr::DA:
            return {Family::date, 0};
        case Vr::TM:
            return {Family::time, 0};
        case Vr::DT:
            return {Family::date_time, 0};
        case Vr::UI:
            return {Family::uid, 0};
        case Vr::AT:
        case Vr::FD:
        case Vr::FL:
        case Vr::SL:
        case Vr::SS:
        case Vr::SV:
        case Vr::UL:
        case Vr::US:
        case Vr::UV:
        case Vr::xs:
            return {Family::number, 1};
        case Vr::OB:
        case Vr::OD:
        case Vr::OF:
        case Vr::OL:
        case Vr::OV:
        case Vr::OW:
        case Vr::lt:
        case Vr::ox:
            return {Family::number, 2};
        case Vr::SQ:
            return {Family::sequence, 0};
    }
    return {Family::none, 0};
}

}  // namespace

std::size_t unit_size(Vr vr) noexcept {
    switch (vr) {
        case Vr::OB:
            return 1;
        case Vr::OW:
        case Vr::SS:
        case Vr::US:
        case Vr::lt:
        case Vr::ox:
        case Vr::xs:
            return 2;
        case Vr::AT:
        case Vr::FL:
        case Vr::OF:
        case Vr::OL:
        case Vr::SL:
        case Vr::UL:
            return 4;
        case Vr::FD:
        case Vr::OD:
        case Vr::OV:
        case Vr::SV:
        case Vr::UV:
            return 8;
        default:
            return 0;
    }
}

bool holds_bytes(Vr vr) noexcept {
    return kin(vr).family == Family::number && kin(vr).width == 2;
}

bool is_no_wider(Vr actual, Vr standard) noexcept {
    const Kin a = kin(actual);
    const Kin s = kin(standard);
    return a.family != Family::none && a.family == s.family && a.width <= s.width;
}

}  // namespace msh::dicom
