// The text form of an age file (C2SP age, "ASCII armor"): strict PEM (RFC 7468 section 3, figure 3) with the label "AGE
// ENCRYPTED FILE", base64 in lines of 64 columns of which only the last may be shorter.
//
// Both sides work by push, into a sink. The reader takes LF and CRLF line ends, and white space in front of the first
// and behind the last line, as age does; anything else that an encoder would not have written is an AgeError (`armor`).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "crypto/stream.hpp"

namespace msh::crypto {

inline constexpr std::string_view armor_begin_line = "-----BEGIN AGE ENCRYPTED FILE-----";

// White space that may stand around armor.
[[nodiscard]] constexpr bool is_armor_space(std::uint8_t byte) noexcept {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

class ArmorWriter {
  public:
    explicit ArmorWriter(Sink sink) : sink_(std::move(sink)) {}
    void write(ByteView bytes);
    void finish();

  private:
    void write_lines(ByteView bytes);

    Sink sink_;
    bool begun_ = false;
    Bytes rest_;  // less than a line
};

class ArmorReader {
  public:
    explicit ArmorReader(Sink sink) : sink_(std::move(sink)) {}
    void write(ByteView text);
    void finish();

  private:
    enum class Expected { begin, body, end, nothing };

    void take_line(std::string_view line);

    Sink sink_;
    Expected expected_ = Expected::begin;
    std::string line_;
};

}  // namespace msh::crypto
