// Each fault of a file has a class, and the place where parsing failed.
#include "dicom/fault.hpp"

#include <dcmtk/dcmdata/dcdatset.h>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "dicom/instance.hpp"
#include "file_support.hpp"

namespace msh::test {
namespace {

using dicom::FaultClass;

// What opening these bytes throws.
dicom::Fault fault_of(const Bytes& file) {
    try {
        dicom::Instance instance = dicom::Instance::from_memory(file);
        instance.require_basic({});
    } catch (const dicom::Fault& fault) {
        return fault;
    }
    return {FaultClass::empty, "it was taken"};
}

Bytes cut(const Bytes& file, std::size_t size) {
    return {file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)};
}

TEST(Fault, EachClassHasAWordOfItsOwn) {
    std::set<std::string_view> words;
    for (int i = 0; i <= static_cast<int>(FaultClass::changed); ++i)
        words.insert(to_string(static_cast<FaultClass>(i)));
    EXPECT_EQ(words.size(), static_cast<std::size_t>(FaultClass::changed) + 1);
    EXPECT_EQ(words.count("other"), 0U);
    EXPECT_EQ(dicom::Fault(FaultClass::directory, "x").kind(), ErrorKind::refused);
    EXPECT_EQ(dicom::Fault(FaultClass::not_dicom, "x").kind(), ErrorKind::input);
    EXPECT_TRUE(dicom::Fault(FaultClass::limit, "x").is_of_content());
    EXPECT_FALSE(dicom::Fault(FaultClass::empty, "x").is_of_content());
    EXPECT_FALSE(dicom::Fault(FaultClass::read_error, "x").is_of_content());
}

TEST(Fault, WhoKnowsFirstKnowsBest) {
    dicom::Fault fault = dicom::Fault(FaultClass::limit, "x").at(0x00100010);
    fault.locate({0x00200010, 7});
    EXPECT_EQ(fault.place()->tag, 0x00100010U);
    EXPECT_FALSE(fault.place()->offset);
}

TEST(Fault, WhereAFileIsCut) {
    const std::string pixels = long_element(0x7FE00010, "OW", "01234567");
    const Bytes file = file_of(*ct_head(), pixels);
    const std::size_t pixels_at = file.size() - pixels.size();
    const dicom::Fault in_pixels = fault_of(cut(file, file.size() - 1));
    EXPECT_EQ(in_pixels.fault_class(), FaultClass::truncated);
    ASSERT_TRUE(in_pixels.place());
    EXPECT_EQ(in_pixels.place()->tag, 0x7FE00010U);
    EXPECT_EQ(in_pixels.place()->offset, pixels_at);
    // In the header of the element before: its tag is read, or it is not.
    const dicom::Fault before = fault_of(cut(file, pixels_at - 1));
    EXPECT_EQ(before.fault_class(), FaultClass::truncated);
    EXPECT_EQ(before.place()->tag, 0x00280102U);
    EXPECT_LT(*before.place()->offset, pixels_at);
}

TEST(Fault, OfADeflatedFileThereIsNoOffset) {
    const Bytes file = file_of(*ct_head(), long_element(0x7FE00010, "OB", "0123"), deflated);
    const dicom::Fault fault = fault_of(cut(file, file.size() - 8));
    EXPECT_EQ(fault.fault_class(), FaultClass::truncated);
    ASSERT_TRUE(fault.place());
    EXPECT_FALSE(fault.place()->offset);
}

TEST(Fault, WhatIsMissingOrRefusedNamesItsElement) {
    auto head = ct_head();
    head->findAndDeleteElement(DcmTagKey(0x0020, 0x000D));
    EXPECT_EQ(fault_of(file_of(*head, "")).fault_class(), FaultClass::incomplete);
    EXPECT_EQ(fault_of(file_of(*head, "")).place()->tag, 0x0020000DU);
    head = ct_head();
    put(*head, 0x00080016, EVR_UI, "1.2.840.10008.5.1.4.1.1.88.11");
    EXPECT_EQ(fault_of(file_of(*head, "")).fault_class(), FaultClass::object_kind);
    EXPECT_EQ(fault_of(file_of(*head, "")).place()->tag, 0x00080016U);
    EXPECT_EQ(fault_of(Bytes(200)).fault_class(), FaultClass::not_dicom);
    EXPECT_FALSE(fault_of(Bytes(200)).place());
}

}  // namespace
}  // namespace msh::test
