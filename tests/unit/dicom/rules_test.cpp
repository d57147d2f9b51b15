#include "dicom/rules.hpp"

#include <gtest/gtest.h>
#include <initializer_list>

#include "dataset_support.hpp"
#include "dicom/dictionary.hpp"

namespace msh::dicom {
namespace {

// Under the VR the dictionary gives.
Action standard_action(std::uint32_t tag) {
    const Vr vr = standard_vr(tag);
    return action_for(tag, vr == Vr::none ? Vr::LO : vr);
}

void expect_all(Action action, std::initializer_list<std::uint32_t> tags) {
    for (const std::uint32_t tag : tags)
        EXPECT_EQ(standard_action(tag), action) << std::hex << tag;
}

TEST(Rules, FollowTheTable) {
    EXPECT_EQ(standard_action(0x00080050), Action::empty);    // Accession Number: Z
    EXPECT_EQ(standard_action(0x00184000), Action::remove);   // Acquisition Comments: X
    EXPECT_EQ(standard_action(0x00100020), Action::dummy);    // Patient ID: Z/D
    EXPECT_EQ(standard_action(0x00080012), Action::dummy);    // Instance Creation Date: X/D
    EXPECT_EQ(standard_action(0x00080022), Action::empty);    // Acquisition Date: X/Z
    EXPECT_EQ(standard_action(0x0020000D), Action::map_uid);  // Study Instance UID: U
    EXPECT_EQ(standard_action(0x006A0003), Action::map_uid);  // Annotation Group UID: D, but a UID
    EXPECT_EQ(standard_action(0x00081072), Action::remove);   // Operator Identification Sequence: X/D
    EXPECT_EQ(standard_action(0x00081111),
              Action::empty);                               // Referenced Performed Procedure Step Sequence: X/Z/D
    EXPECT_EQ(standard_action(0x00081140), Action::keep);   // Referenced Image Sequence: X/Z/U*
    EXPECT_EQ(standard_action(0x0040A730), Action::dummy);  // Content Sequence: D
}

TEST(Rules, RemoveWholeGroups) {
    expect_all(Action::remove, {0x00091001, 0x00090010, 0x00290000, 0xFFFF0001, 0x00010010,  // private
                                0x00080000, 0x7FE00000,                                      // group lengths
                                0x00000002, 0x00020003, 0x00020016, 0x00041130, 0x00060001,  // not of a data set
                                0x50000005, 0x50FE3000, 0x60000010, 0x60FE1500, 0x60021301,  // curves, overlays
                                0x7F000010, 0x7F020010, 0x7FE00008, 0x7FE00009, 0x7FE00010,
                                0x7FE00020, 0x40101051, 0x40101001, 0xFFFCFFFC, 0xFFFAFFFA});
    expect_all(Action::keep, {0x7FE00001, 0x7FE00002, 0x52009230, 0x52009229, 0x54000100});
}

TEST(Rules, RemoveWhatTheDictionaryDoesNotKnow) {
    for (const Vr vr : {Vr::LO, Vr::SQ, Vr::UI, Vr::US, Vr::DA, Vr::none}) {
        EXPECT_EQ(action_for(0x00084711, vr), Action::remove);
        EXPECT_EQ(action_for(0x4FFC0001, vr), Action::remove);
        for (const std::uint32_t blank : {0x00080202U, 0x00189445U, 0x00280020U}) {  // no VR, and no name
            EXPECT_EQ(action_for(blank, vr), Action::remove);
        }
    }
}

TEST(Rules, RemoveWhatIsNotWhatTheDictionarySays) {
    for (const Vr vr : {Vr::OB, Vr::LO, Vr::UT, Vr::UI, Vr::none}) {
        EXPECT_EQ(action_for(0x00081140, vr), Action::remove);  // a sequence that did not parse as one
        EXPECT_EQ(action_for(0x0040A730, vr), Action::remove);
    }
    EXPECT_EQ(action_for(0x00180050, Vr::SQ), Action::remove);    // a sequence in place of a number
    EXPECT_EQ(action_for(0x0020000D, Vr::SQ), Action::remove);    // or of a UID
    EXPECT_EQ(action_for(0x00180050, Vr::none), Action::remove);  // UN
    EXPECT_EQ(action_for(0x00280010, Vr::LO), Action::remove);    // text in place of a number
    EXPECT_EQ(action_for(0x00180050, Vr::LT), Action::remove);
    EXPECT_EQ(action_for(0x00080060, Vr::PN), Action::remove);
    EXPECT_EQ(action_for(0x00080060, Vr::UI), Action::remove);
    EXPECT_EQ(action_for(0x00080060, Vr::DA), Action::remove);
    EXPECT_EQ(action_for(0x00080016, Vr::LO), Action::remove);
    EXPECT_EQ(action_for(0x00080060, Vr::SH), Action::keep);
    EXPECT_EQ(action_for(0x00280106, Vr::SS), Action::keep);
    EXPECT_EQ(action_for(0x00281201, Vr::US), Action::keep);
    EXPECT_EQ(action_for(0x00080020, Vr::LO), Action::empty);  // replaced, so its VR does not matter
    EXPECT_EQ(action_for(0x0020000D, Vr::LO), Action::map_uid);
}

TEST(Rules, RemoveWhatTheTableForgets) {
    expect_all(Action::remove,
               {0x00100033, 0x00100034, 0x00420010, 0x0040A160, 0x00700006, 0x00700081, 0x00400400, 0x30040006,
                0x30020002, 0x30020003, 0x30020004, 0x30080202, 0x00181003, 0x00181010, 0x30020020, 0x21000160,
                0x00880130, 0x00540400, 0x00081190, 0x00287FE0, 0x0040E010, 0x0040E030, 0x0040E031, 0x00400031,
                0x00400032, 0x00181803, 0x04000500, 0x4FFE0001, 0x04000561, 0x00880200, 0x00120063, 0x00120064,
                0x04000120, 0x04000520, 0x00686300, 0x0040A074, 0x0040A089, 0x00189423, 0x00189531, 0x00189916,
                0x00189922, 0x300A0183, 0x300A0184, 0x00741202, 0x00741204, 0x00209453, 0x00201020, 0x00401008,
                0x40080103, 0x00380016, 0x00080010, 0x00280061, 0x21100099, 0x00221097, 0x0044000A});
}

TEST(Rules, KeepLabelsAndCodes) {
    expect_all(Action::keep, {0x00080005, 0x00080100, 0x00080102, 0x00080104, 0x00620005, 0x00620006, 0x00620020,
                              0x300A00C2, 0x00080060, 0x00080070, 0x00280301, 0x00080119, 0x00080120});
}

TEST(Rules, MapEveryUidThatIsNotAClass) {
    expect_all(Action::map_uid, {0x00081167, 0x00200242, 0x00209312, 0x00209313, 0x0070031B, 0x300A0675, 0x0018991E,
                                 0x00089123, 0x00280304, 0x3010001F, 0x0072007F});
    expect_all(Action::map_uid, {0x0008010D});  // whoever extended a context group: an organisation
    expect_all(Action::keep_class,
               {0x00080016, 0x0008001A, 0x0008001B, 0x00080062, 0x0008010C, 0x00080117, 0x00080118, 0x00081150,
                0x0008115A, 0x00083002, 0x04000010, 0x04000510, 0x30100052, 0x30100053, 0x0008040E, 0x00340003});
    EXPECT_EQ(uid_type_of(0x00081150), UidType::sop_class);
    EXPECT_EQ(uid_type_of(0x00080117), UidType::context_group);
    EXPECT_EQ(uid_type_of(0x00081155), UidType::none);
    EXPECT_EQ(uid_type_of(0xFFFFFFFF), UidType::none);
}

TEST(Rules, KeepNoDateTimePersonOrLongTextUnlessNamed) {
    std::size_t tried = 0;
    for (const std::uint32_t tag : test::dictionary_tags()) {
        const Vr vr = standard_vr(tag);
        const bool is_date = vr == Vr::DA || vr == Vr::TM || vr == Vr::DT;
        const bool is_text =
            vr == Vr::PN || vr == Vr::ST || vr == Vr::LT || vr == Vr::UT || vr == Vr::UC || vr == Vr::UR;
        if (!is_date && !is_text) continue;
        const bool is_named = tag == 0x00080119 || tag == 0x00080120 || tag == 0x00620006 || tag == 0x00620020;
        EXPECT_EQ(action_for(tag, vr) == Action::keep, is_named) << std::hex << tag;
        ++tried;
    }
    EXPECT_GT(tried, 400U);
    EXPECT_EQ(standard_action(0x0008041F), Action::dummy);   // Study Update DateTime
    EXPECT_EQ(standard_action(0x00140104), Action::remove);  // Secondary Reviewer Name
}

}  // namespace
}  // namespace msh::dicom
