// DICOM files made in memory, sound and broken, for the tests of dicom/instance.hpp and what it is made of.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "dataset_support.hpp"
#include "dicom/data_set.hpp"
#include "dicom/instance.hpp"
#include "dicom/transfer_syntax.hpp"

namespace msh::test {

inline constexpr std::string_view implicit_little = "1.2.840.10008.1.2";
inline constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
inline constexpr std::string_view deflated = "1.2.840.10008.1.2.1.99";
inline constexpr std::string_view explicit_big = "1.2.840.10008.1.2.2";
inline constexpr std::string_view jpeg_baseline = "1.2.840.10008.1.2.4.50";
inline constexpr std::string_view htj2k = "1.2.840.10008.1.2.4.203";
inline constexpr std::string_view ct_class = "1.2.840.10008.5.1.4.1.1.2";

// A CT image of John Doe's without its pixels.
std::unique_ptr<DcmDataset> ct_head();

// Preamble, file meta information and then these bytes, deflated where the syntax asks for it.
Bytes file_of(std::string_view data_set, std::string_view syntax = explicit_little,
              std::string_view sop_class = ct_class);
// The same of a head in this syntax, with raw bytes behind it.
Bytes file_of(DcmItem& head, std::string_view behind, std::string_view syntax = explicit_little);

// Raw elements: a little-endian header and the value as it is; the length may lie.
std::string long_element(std::uint32_t tag, std::string_view vr, std::string_view value);
std::string short_element(std::uint32_t tag, std::string_view vr, std::string_view value);
std::string header(std::uint32_t tag, std::string_view vr, std::uint32_t length);
std::string fragment(std::string_view bytes);
// Encapsulated pixel data of these fragments, with an empty offset table.
std::string fragments(const std::vector<std::string>& parts);
inline const std::string sequence_end("\xFE\xFF\xDD\xE0\0\0\0\0", 8);
inline const std::string item_end("\xFE\xFF\x0D\xE0\0\0\0\0", 8);

// What write_basic() gives, everything allowed that can be.
Bytes basic(Bytes file);
// What comes out where nothing is treated and nothing padded: the reading and writing alone.
Bytes untreated(const Bytes& file);

// Opens and writes a file, and gives the message of the Error that ended it; "" when none did.
std::string failure(Bytes file, dicom::PixelTextSet allowed = {}, ErrorKind expected = ErrorKind::input);

// A file as DCMTK's own reader sees it, in one form: group lengths and paddings dropped, lengths undefined.
std::string canonical(const Bytes& file);
// The file's data set; fails the test where DCMTK does not read it.
std::unique_ptr<DcmDataset> read_back(const Bytes& file);

// The bytes of the value of pixel data, walked to with msh's own reader.
std::string pixel_bytes(const Bytes& file);

}  // namespace msh::test
