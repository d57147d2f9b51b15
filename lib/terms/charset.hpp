// DICOM text to UTF-8, whatever its Specific Character Set (0008,0005) says. ISO 2022 code extensions are decoded by a
// splitter of our own, because DCMTK in Debian does not decode the Japanese ones; the code pages themselves are glibc's
// (iconv, whose modules are part of libc6 in Debian 12 and 13).
//
//     const CharacterSet characters("\\ISO 2022 IR 87");      // the value of (0008,0005); "" when absent
//     for (const std::string& value : characters.decode(bytes, Delimiters::name)) ...
//
// A data set in a sequence without a (0008,0005) of its own inherits the one around it.
//
// No bytes are rejected: each undecodable piece becomes U+FFFD, so that valid text around it can
// still be found. Beyond the standard, because such files exist:
//   - without a known character set, a value with bytes above 0x7F is read as UTF-8 where it is that, else as
//     ISO 8859-1;
//   - known escape sequences are followed whether declared or not (never in UTF-8, GB18030 and GBK);
//   - where the first declared set has no upper half, that of the next one that has is active from the start: writers
//     of Korean forget to repeat the escape sequence after a delimiter;
//   - "_", "-" and " " in the defined terms are alike, and so is their case.
// The only failure is an Error of kind `failed` when libc lacks a conversion.
//
// Source: DICOM PS3.5 section 6.1, PS3.3 section C.12.1.1.2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace msh::terms {

// What ends a piece of text, and with it every character set that an escape sequence has invoked: a backslash between
// values, in person names also "^" and "=". Control characters always do.
enum class Delimiters { values, name };

class CharacterSet {
  public:
    explicit CharacterSet(std::string_view specific_character_set = {});

    // The values of an element's bytes, split at backslashes that are characters and not halves of one. Padding is left
    // as it is.
    [[nodiscard]] std::vector<std::string> decode(std::string_view bytes, Delimiters delimiters) const;

    // A coded character set and where ISO 2022 puts it.
    struct Set;

  private:
    // Active where no escape sequence has changed it: bytes below 0x80, and those above (nullptr: they mean nothing).
    const Set* lower_;
    const Set* upper_ = nullptr;
    const char* whole_ = nullptr;  // the code page of a set without code extensions
    bool declared_ = false;
};

// Whether one value of (0008,0005), padding included, is a defined term; an empty one is.
[[nodiscard]] bool is_character_set_term(std::string_view value);

}  // namespace msh::terms
