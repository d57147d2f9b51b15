#include "crypto/age_header.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/age_error.hpp"
#include "crypto/mac.hpp"

namespace msh::crypto {
namespace {

constexpr std::string_view any_version = "age-encryption.org/";
constexpr std::string_view version_1 = "age-encryption.org/v1";
constexpr std::string_view stanza_mark = "->";
constexpr std::string_view end_mark = "---";
constexpr std::size_t columns = 64;

[[noreturn]] void malformed(const char* what) {
    throw AgeError(AgeFailure::header, std::string("malformed age header: ") + what);
}

bool is_argument(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 33 && c <= 126; });
}

Digest header_mac(const FileKey& file_key, ByteView authenticated) {
    Key key;
    hkdf_sha256(file_key.view(), {}, "header", key.writable());
    return hmac_sha256(key.view(), {authenticated});
}

void write_stanza(const AgeStanza& stanza, Bytes& out) {
    append(out, as_bytes(stanza_mark));
    for (const std::string& argument : stanza.arguments) {
        out.push_back(' ');
        append(out, as_bytes(argument));
    }
    out.push_back('\n');
    const std::string body = to_base64(stanza.body, Padding::no);
    // The last line is shorter than the others, even if that makes it empty.
    for (std::size_t at = 0; at <= body.size(); at += columns) {
        append(out, as_bytes(std::string_view(body).substr(at, columns)));
        out.push_back('\n');
    }
}

}  // namespace

bool AgeHeader::is_authentic(const FileKey& file_key) const {
    return constant_time_equal(header_mac(file_key, authenticated), mac);
}

Bytes make_age_header(const FileKey& file_key, std::span<const AgeStanza> stanzas) {
    Bytes header;
    append(header, as_bytes(version_1));
    header.push_back('\n');
    for (const AgeStanza& stanza : stanzas)
        write_stanza(stanza, header);
    append(header, as_bytes(end_mark));
    const Digest mac = header_mac(file_key, header);
    append(header, as_bytes(" " + to_base64(mac, Padding::no) + "\n"));
    if (header.size() > age_header_limit) throw Error(ErrorKind::usage, "too many recipients for an age header");
    return header;
}

bool may_begin_age_header(ByteView start) {
    return as_text(start).starts_with(any_version.substr(0, start.size()));
}

bool begins_age_header(ByteView start) {
    return as_text(start).starts_with(any_version);
}

ByteView AgeHeaderReader::write(ByteView bytes) {
    while (!complete() && !bytes.empty()) {
        const auto line_feed = std::ranges::find(bytes, std::uint8_t{'\n'});
        const ByteView part(bytes.begin(), line_feed);
        const bool ends_line = line_feed != bytes.end();
        bytes = bytes.subspan(part.size() + (ends_line ? 1 : 0));
        if (header_.authenticated.size() + line_.size() + part.size() > age_header_limit) malformed("too long");
        line_ += as_text(part);
        if (expected_ == Expected::version && !may_begin_age_header(as_bytes(line_))) {
            throw AgeError(AgeFailure::not_age, "not an age file");
        }
        if (ends_line) {
            take_line(line_);
            line_.clear();
        }
    }
    return bytes;
}

void AgeHeaderReader::finish() const {
    if (expected_ == Expected::version && line_.size() < any_version.size()) {
        throw AgeError(AgeFailure::not_age, "not an age file");
    }
    if (!complete()) malformed("cut off");
}

void AgeHeaderReader::take_line(std::string_view line) {
    if (expected_ == Expected::version) {
        if (line != version_1) throw AgeError(AgeFailure::header, "an unsupported version of the age format");
        expected_ = Expected::stanza_or_end;
    } else if (expected_ == Expected::body) {
        add_to_body(line);
    } else if (line.starts_with(stanza_mark)) {
        start_stanza(line.substr(stanza_mark.size()));
    } else {
        end_header(line);
        return;
    }
    append(header_.authenticated, as_bytes(line));
    header_.authenticated.push_back('\n');
}

void AgeHeaderReader::start_stanza(std::string_view arguments) {
    AgeStanza stanza;
    while (!arguments.empty()) {
        if (arguments.front() != ' ') malformed("a stanza's first line");
        arguments.remove_prefix(1);
        const std::string_view argument = arguments.substr(0, arguments.find(' '));
        if (!is_argument(argument)) malformed("a stanza's argument");
        stanza.arguments.emplace_back(argument);
        arguments.remove_prefix(argument.size());
    }
    if (stanza.arguments.empty()) malformed("a stanza without a type");
    header_.stanzas.push_back(std::move(stanza));
    expected_ = Expected::body;
}

void AgeHeaderReader::add_to_body(std::string_view line) {
    const auto bytes = from_base64(line, Padding::no);
    if (line.size() > columns || !bytes) malformed("a stanza's body");
    append(header_.stanzas.back().body, *bytes);
    if (line.size() < columns) expected_ = Expected::stanza_or_end;
}

void AgeHeaderReader::end_header(std::string_view line) {
    if (!line.starts_with(end_mark)) malformed("neither a stanza nor the end");
    line.remove_prefix(end_mark.size());
    const auto mac = line.starts_with(' ') ? from_base64(line.substr(1), Padding::no) : std::nullopt;
    if (!mac || mac->size() != header_.mac.size()) malformed("the MAC");
    if (header_.stanzas.empty()) malformed("no stanza");
    const auto is_scrypt = [](const AgeStanza& stanza) { return stanza.type() == "scrypt"; };
    if (header_.stanzas.size() > 1 && std::ranges::any_of(header_.stanzas, is_scrypt)) {
        malformed("a passphrase beside other stanzas");
    }
    append(header_.authenticated, as_bytes(end_mark));
    std::ranges::copy(*mac, header_.mac.begin());
    expected_ = Expected::nothing;
}

}  // namespace msh::crypto
