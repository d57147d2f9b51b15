// Random data sets with secrets in every place the profile promises to clear, decided here without the rules under
// test: deidentify, write, and look for the secrets in the bytes.
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <set>

#include "dataset_support.hpp"
#include "dicom/confidentiality.hpp"
#include "dicom/dcmtk_vr.hpp"

namespace msh::dicom {
namespace {

using namespace msh::test;

constexpr std::string_view secret = "SECRET";
constexpr std::string_view harmless = "1";

// Where a text of the right VR may stay: it is named nowhere, and its VR is none that is cleared.
bool may_stay(std::uint32_t tag, Vr vr) {
    static const std::set<std::uint32_t> forgotten = {
        0x00100033, 0x00100034, 0x00420010, 0x00700081, 0x30040006, 0x30020002, 0x30020003, 0x00181003, 0x00181010,
        0x30020020, 0x21000160, 0x00880130, 0x00540400, 0x0040E030, 0x0040E031, 0x00181803, 0x00120063};
    static const std::set<std::uint32_t> texts = {0x00080119, 0x00080120, 0x00620006, 0x00620020};
    if (confidentiality_code(tag) != Code::none || forgotten.contains(tag) || tag >> 16 == 0x4010) return false;
    switch (vr) {
        case Vr::DA:
        case Vr::DT:
        case Vr::TM:
        case Vr::PN:
        case Vr::UI:
            return false;
        case Vr::LT:
        case Vr::ST:
        case Vr::UC:
        case Vr::UR:
        case Vr::UT:
            return texts.contains(tag);
        default:
            return true;
    }
}

class Planter {
  public:
    Planter(unsigned seed, bool is_explicit) : random_(seed), is_explicit_(is_explicit) {}

    void fill(DcmItem& item, int depth) {
        static const std::vector<std::uint32_t> tags = dictionary_tags();
        for (int i = 0; i < 40; ++i)
            plant_standard(item, tags[below(tags.size())], depth);
        for (int i = 0; i < 4; ++i)
            plant(item, 0x00090000 + (static_cast<std::uint32_t>(below(0x2000)) << 17 | 0x1000));
        plant(item, 0x00090010);
        for (const std::uint32_t group : {0x50000000U, 0x60000000U, 0x60120000U, 0x7F020000U, 0x40100000U}) {
            plant(item, group | static_cast<std::uint32_t>(1 + below(0xFFFF)));
        }
        plant(item, 0x00080000 | static_cast<std::uint32_t>(0xA000 + below(0x1000)));  // of no standard
        for (const std::uint32_t tag : {0x00880200U, 0x04000561U, 0x04000500U, 0xFFFAFFFAU, 0x00091100U, 0x0040A730U}) {
            put(add_item(item, tag), 0x00080104, EVR_LO, secret);
            ++planted_;
        }
        if (depth == 0) return;
        for (const std::uint32_t tag : {0x00081140U, 0x52009229U, 0x00081115U})
            fill(add_item(item, tag), depth - 1);
        hide_in_un(item, depth);
    }

    [[nodiscard]] std::size_t planted() const { return planted_; }

  private:
    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

    void plant(DcmItem& item, std::uint32_t tag) {
        static constexpr DcmEVR vrs[] = {EVR_LO, EVR_OB, EVR_PN, EVR_UT, EVR_UI,
                                         EVR_DA, EVR_CS, EVR_UN, EVR_OW, EVR_DS};
        put(item, tag, vrs[below(std::size(vrs))], secret);
        ++planted_;
    }

    void plant_standard(DcmItem& item, std::uint32_t tag, int depth) {
        if (tag >> 16 < 8 || tag >> 16 == 0xFFFE) return;
        const Vr vr = standard_vr(tag);
        if (vr == Vr::SQ) {
            if (is_explicit_ && below(3) == 0) {
                put(item, tag, below(2) == 0 ? EVR_LO : EVR_UT, secret);  // a sequence that is none
                ++planted_;
            } else if (depth > 0) {
                DcmItem& inner = add_item(item, tag);
                put(inner, 0x00100010, EVR_PN, secret);
                put(inner, 0x00080104, EVR_LO, harmless);
                ++planted_;
            }
            return;
        }
        const bool stays = may_stay(tag, vr);
        const bool is_number = is_no_wider(vr, Vr::ox);
        if (is_explicit_ && stays && is_number && below(2) == 0) {
            put(item, tag, below(2) == 0 ? EVR_LT : EVR_PN, secret);  // text in place of a number
            ++planted_;
        } else if (is_number && stays) {
            put(item, tag, to_dcmtk(vr), "\1\0\0\0\0\0\0");
        } else {
            const bool as_un = is_explicit_ && below(4) == 0;
            put(item, tag, as_un ? EVR_UN : to_dcmtk(vr == Vr::ox ? Vr::OW : vr), stays ? harmless : secret);
            if (!stays) ++planted_;
        }
    }

    void hide_in_un(DcmItem& item, int depth) {
        if (!is_explicit_) return;
        Planter inner(static_cast<unsigned>(random_()), false);
        DcmDataset hidden;
        inner.fill(add_item(hidden, 0x00082112), depth - 1);
        planted_ += inner.planted();
        put(item, 0x00082112, EVR_UN, serialise(hidden, EXS_LittleEndianImplicit).substr(8));
    }

    std::mt19937 random_;
    bool is_explicit_;
    std::size_t planted_ = 0;
};

TEST(DeidentifyProperty, NoSecretIsLeft) {
    std::size_t planted = 0;
    std::size_t left = 0;
    for (unsigned seed = 0; seed < 60; ++seed) {
        const bool is_explicit = seed % 3 != 0;
        Planter planter(seed, is_explicit);
        DcmDataset dataset;
        planter.fill(dataset, 2);
        planted += planter.planted();
        const E_TransferSyntax syntax = is_explicit ? EXS_LittleEndianExplicit : EXS_LittleEndianImplicit;
        ASSERT_NE(serialise(dataset, syntax).find(secret), std::string::npos);
        const auto out = treated(dataset, syntax);
        make_deidentifier().add_markers(*out, true, false);
        for (const E_TransferSyntax written : {syntax, EXS_LittleEndianImplicit, EXS_LittleEndianExplicit}) {
            EXPECT_EQ(serialise(*out, written).find(secret), std::string::npos) << "seed " << seed;
        }
        left += out->card();
    }
    EXPECT_GT(planted, 20000U);
    EXPECT_GT(left, 60U * 10);
    std::cout << planted << " secrets planted, " << left << " elements left at the top level\n";
}

}  // namespace
}  // namespace msh::dicom
