// Data sets made, written and read back in memory, for the tests of dicom/deidentify.hpp.
#pragma once

#include <cstdint>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcsequen.h>
#include <dcmtk/dcmdata/dcxfer.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dicom/deidentify.hpp"

namespace msh::test {

// Puts an element under any VR, fit or not. Text is put as it is; SQ gives a sequence without items. Gives the element,
// which the item owns.
DcmElement& put(DcmItem& item, std::uint32_t tag, DcmEVR vr, std::string_view value = {});

// Appends an item to the sequence `tag`, which is made when missing or something else.
DcmItem& add_item(DcmItem& item, std::uint32_t tag);

// Nothing where it does not parse.
std::unique_ptr<DcmDataset> parse(std::string_view bytes, E_TransferSyntax syntax = EXS_LittleEndianExplicit);
std::string serialise(DcmItem& item, E_TransferSyntax syntax = EXS_LittleEndianExplicit);

// The value as text, the padding dropped; "<absent>" without the element.
std::string text(DcmItem& item, std::uint32_t tag);
bool has(DcmItem& item, std::uint32_t tag);
// Item 0 of a sequence; fails the test without one.
DcmItem& first_item(DcmItem& item, std::uint32_t tag);

// Every tag of the dictionary DCMTK has been given, private ones and repeating groups aside, in ascending order.
std::vector<std::uint32_t> dictionary_tags();

// The replacement this map gives is known by its root, "2.25.77".
std::string mapped(std::string_view uid);
inline constexpr const char* pseudonym = "0123456789ABCDEF";
dicom::Deidentifier make_deidentifier();

// Writes, reads back and treats: what a file goes through.
std::unique_ptr<DcmDataset> treated(DcmItem& item, E_TransferSyntax syntax = EXS_LittleEndianExplicit);

}  // namespace msh::test
