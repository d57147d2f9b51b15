#include "dicom/dictionary.hpp"

#include <cstdlib>
#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dctag.h>
#include <gtest/gtest.h>
#include <iostream>
#include <thread>
#include <vector>

#include "dicom/dcmtk_vr.hpp"

namespace msh::dicom {
namespace {

TEST(Dictionary, KnowsTheElementsOfTheStandard) {
    EXPECT_EQ(standard_vr(0x00080005), Vr::CS);
    EXPECT_EQ(standard_vr(0x00100010), Vr::PN);
    EXPECT_EQ(standard_vr(0x00081140), Vr::SQ);
    EXPECT_EQ(standard_vr(0x00280106), Vr::xs);
    EXPECT_EQ(standard_vr(0x00283006), Vr::lt);
    EXPECT_EQ(standard_vr(0x7FE00010), Vr::ox);
    EXPECT_EQ(standard_vr(0x00080000), Vr::none);
    EXPECT_EQ(standard_vr(0x00091001), Vr::none);
    EXPECT_EQ(standard_vr(0x00084711), Vr::none);
    EXPECT_EQ(standard_vr(0xFFFFFFFF), Vr::none);
}

TEST(Dictionary, IsTheOneDcmtkUses) {
    setenv("DCMDICTPATH", "/nonexistent/hostile.dic", 1);
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back(load_dictionary);
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_STREQ(std::getenv("DCMDICTPATH"), "/nonexistent/hostile.dic");
    unsetenv("DCMDICTPATH");

    EXPECT_EQ(DcmTag(0x0010, 0x0010).getEVR(), EVR_PN);
    EXPECT_EQ(DcmTag(0x0008, 0x0019).getEVR(), EVR_UI);  // Pyramid UID: later than DCMTK 3.6.7
    EXPECT_EQ(DcmTag(0x6002, 0x0102).getEVR(), EVR_US);
    EXPECT_EQ(DcmTag(0x6002, 0x3000).getEVR(), EVR_ox);
    EXPECT_EQ(DcmTag(0x0008, 0x0000).getEVR(), EVR_UL);
    EXPECT_EQ(DcmTag(0xFFFE, 0xE000).getEVR(), EVR_na);
    DcmTag siemens(0x0029, 0x1010, "SIEMENS CSA HEADER");
    EXPECT_EQ(siemens.getEVR(), EVR_UNKNOWN);  // no private dictionary
}

// A later release of DCMTK may know more elements, but none as something else.
TEST(Dictionary, AgreesWithTheInstalledOne) {
    DcmDataDictionary installed(OFTrue, OFTrue);
    if (!installed.isDictionaryLoaded()) GTEST_SKIP() << "no dictionary installed";
    std::size_t same = 0;
    std::size_t missing = 0;
    for (auto entry = installed.normalBegin(); entry != installed.normalEnd(); ++entry) {
        const DcmDictEntry& row = **entry;
        const Uint16 group = row.getGroup();
        if (group < 8 || group % 2 != 0 || row.getPrivateCreator() != nullptr || group == 0xFFFE) continue;
        if (row.getElement() == 0 || row.getEVR() == EVR_UN) continue;
        const std::uint32_t tag = std::uint32_t{group} << 16 | row.getElement();
        const Vr vr = standard_vr(tag);
        ++(vr == Vr::none ? missing : same);
        if (vr == Vr::none) continue;
        EXPECT_EQ(to_dcmtk(vr), row.getEVR() == EVR_px ? EVR_ox : row.getEVR()) << std::hex << tag;
    }
    EXPECT_GT(same, 4500U);
    std::cout << same << " elements as in the installed dictionary, " << missing << " known only there\n";
}

TEST(Vr, GoesToDcmtkAndBack) {
    for (int i = 0; i <= static_cast<int>(Vr::lt); ++i) {
        const Vr vr = static_cast<Vr>(i);
        EXPECT_EQ(from_dcmtk(to_dcmtk(vr)), vr);
    }
    EXPECT_EQ(from_dcmtk(EVR_UNKNOWN), Vr::none);
    EXPECT_EQ(from_dcmtk(EVR_UNKNOWN2B), Vr::none);
    EXPECT_EQ(from_dcmtk(EVR_item), Vr::none);
}

TEST(Vr, TellsWhatIsWider) {
    EXPECT_TRUE(is_no_wider(Vr::SH, Vr::LO));
    EXPECT_TRUE(is_no_wider(Vr::IS, Vr::DS));
    EXPECT_TRUE(is_no_wider(Vr::ST, Vr::UT));
    EXPECT_TRUE(is_no_wider(Vr::SS, Vr::xs));
    EXPECT_TRUE(is_no_wider(Vr::OW, Vr::lt));
    EXPECT_TRUE(is_no_wider(Vr::US, Vr::OW));
    EXPECT_FALSE(is_no_wider(Vr::LO, Vr::DS));
    EXPECT_FALSE(is_no_wider(Vr::UT, Vr::LO));
    EXPECT_FALSE(is_no_wider(Vr::OB, Vr::US));
    EXPECT_FALSE(is_no_wider(Vr::LO, Vr::US));
    EXPECT_FALSE(is_no_wider(Vr::PN, Vr::LO));
    EXPECT_FALSE(is_no_wider(Vr::DA, Vr::SH));
    EXPECT_FALSE(is_no_wider(Vr::LO, Vr::UI));
    EXPECT_FALSE(is_no_wider(Vr::none, Vr::none));
}

}  // namespace
}  // namespace msh::dicom
