// The text in front of an age file's payload (C2SP age, "Header"): version line, stanzas that each wrap the file key,
// and a MAC under the file key.
//
// Reading by push:
//     AgeHeaderReader reader;
//     rest = reader.write(bytes); ...      // until reader.complete(); `rest` is what follows the header
// Throws AgeError (`not_age` at the first byte that rules an age file out; `header`). A header of more than
// age_header_limit bytes is refused, since nothing in it is authentic before its stanzas have been tried.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::crypto {

inline constexpr std::size_t age_header_limit = std::size_t{256} * 1024;

struct AgeStanza {
    std::vector<std::string> arguments;  // at least one: the type
    Bytes body;

    [[nodiscard]] const std::string& type() const { return arguments.front(); }
};

struct AgeHeader {
    std::vector<AgeStanza> stanzas;  // one or more; a stanza of type scrypt is alone
    Bytes authenticated;             // the text up to and with "---"
    Digest mac{};

    [[nodiscard]] bool is_authentic(const FileKey& file_key) const;
};

// The whole header for these stanzas.
[[nodiscard]] Bytes make_age_header(const FileKey& file_key, std::span<const AgeStanza> stanzas);

// Whether these bytes, perhaps a few, may be the first ones of an age file.
[[nodiscard]] bool may_begin_age_header(ByteView start);
// Whether they are, as far as the name of the format goes.
[[nodiscard]] bool begins_age_header(ByteView start);

class AgeHeaderReader {
  public:
    // Takes the bytes up to the end of the header and gives back those behind it.
    [[nodiscard]] ByteView write(ByteView bytes);
    // Throws when the header is not complete; for when there are no more bytes.
    void finish() const;
    [[nodiscard]] bool complete() const noexcept { return expected_ == Expected::nothing; }
    [[nodiscard]] const AgeHeader& header() const noexcept { return header_; }

  private:
    enum class Expected { version, stanza_or_end, body, nothing };

    void take_line(std::string_view line);
    void start_stanza(std::string_view arguments);
    void add_to_body(std::string_view line);
    void end_header(std::string_view line);

    Expected expected_ = Expected::version;
    std::string line_;
    AgeHeader header_;
};

}  // namespace msh::crypto
