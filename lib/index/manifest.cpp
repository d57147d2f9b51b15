#include "index/manifest.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/hash.hpp"

namespace msh::index {
namespace {

constexpr std::string_view type = "msh/v1/manifest";
constexpr std::string_view dash = "\u2014 ";
constexpr std::uint64_t number_limit = std::uint64_t{1} << 53;
constexpr std::size_t max_cid = 128;
constexpr std::size_t key_id_size = 4;

[[noreturn]] void reject(const std::string& reason) {
    throw Error(ErrorKind::input, "the index manifest is not valid: " + reason);
}

// Takes words and lines off the front of a text.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool done() const { return rest_.empty(); }

    // Up to the next `end`, which is taken too.
    std::string_view until(char end) {
        const std::size_t size = rest_.find(end);
        if (size == std::string_view::npos) reject("it ends early");
        const std::string_view word = rest_.substr(0, size);
        rest_.remove_prefix(size + 1);
        return word;
    }
    void expect(std::string_view text) {
        if (!rest_.starts_with(text)) reject("'" + std::string(text.substr(0, text.find('\n'))) + "' is missing");
        rest_.remove_prefix(text.size());
    }
    std::uint64_t number(char end, std::uint64_t limit = number_limit) {
        const std::string_view digits = until(end);
        if (digits.empty() || digits.size() > 16 || (digits.size() > 1 && digits[0] == '0')) reject("a bad number");
        std::uint64_t value = 0;
        for (const char digit : digits) {
            if (digit < '0' || digit > '9') reject("a bad number");
            value = value * 10 + static_cast<std::uint64_t>(digit - '0');
        }
        if (value >= limit) reject("a number is too large");
        return value;
    }
    std::uint32_t word32(char end) { return static_cast<std::uint32_t>(number(end, std::uint64_t{1} << 32)); }
    Digest digest(char end) {
        const auto value = array_from_hex<32>(until(end));
        if (!value) reject("a bad hash, key or id");
        return *value;
    }
    std::int64_t time(char end) {
        const std::string_view text = until(end);
        const auto value = from_rfc3339(text);
        if (!value || to_rfc3339(*value) != text) reject("a bad time");
        return *value;
    }

  private:
    std::string_view rest_;
};

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string parse_cid(std::string_view word) {
    if (word == "-") return {};
    if (word.empty() || word.size() > max_cid || !std::ranges::all_of(word, is_letter_or_digit)) reject("a bad CID");
    return std::string(word);
}

SegmentInfo parse_segment(Scanner& in) {
    SegmentInfo info;
    in.expect("segment ");
    info.id = in.digest(' ');
    info.level = in.word32(' ');
    const std::uint32_t pages = in.word32(' ');
    info.documents = in.word32(' ');
    info.placement.run_limit = in.word32('/');
    info.placement.load = in.word32('/');
    info.placement.buckets = in.word32('/');
    info.placement.lists = in.word32('/');
    info.placement.tables = in.word32(' ');
    info.root = in.digest(' ');
    const std::uint64_t size = in.number(' ');
    info.cid = parse_cid(in.until(' '));
    info.configuration = in.digest(' ');
    info.normaliser = in.word32('\n');
    if (!is_plausible(info) || pages != info.pages() || size != info.size()) reject("a segment's numbers do not agree");
    return info;
}

std::string segment_line(const SegmentInfo& info) {
    const Placement& placement = info.placement;
    std::string line = "segment " + to_hex(info.id);
    const auto number = [&line](char before, std::uint64_t value) { line += before + std::to_string(value); };
    const auto word = [&line](const std::string& text) { line += ' ' + text; };
    number(' ', info.level);
    number(' ', info.pages());
    number(' ', info.documents);
    number(' ', placement.run_limit);
    number('/', placement.load);
    number('/', placement.buckets);
    number('/', placement.lists);
    number('/', placement.tables);
    word(to_hex(info.root));
    number(' ', info.size());
    word(info.cid.empty() ? "-" : info.cid);
    word(to_hex(info.configuration));
    number(' ', info.normaliser);
    return line + '\n';
}

// The fields' relations that the grammar does not hold.
void check(const Manifest& manifest) {
    if (manifest.number == 0 || manifest.epoch == 0) reject("a number is zero");
    if ((manifest.number == 1) != (manifest.previous == Digest{})) reject("number and previous hash do not agree");
    if (manifest.until < manifest.time) reject("'until' is before 'time'");
    std::unordered_set<SegmentId, RandomKeyHash> ids;
    for (const SegmentInfo& info : manifest.segments) {
        if (!ids.insert(info.id).second) reject("a segment is in it twice");
    }
}

// The id of a note key (C2SP signed-note, Ed25519).
std::array<std::uint8_t, key_id_size> key_id(const crypto::VerificationKey& key) {
    Bytes bytes(type.begin(), type.end());
    append(bytes, as_bytes("\n\x01"));
    append(bytes, key);
    const Digest hash = crypto::sha256(bytes);
    std::array<std::uint8_t, key_id_size> id{};
    std::copy_n(hash.begin(), id.size(), id.begin());
    return id;
}

// The signature in a line without its newline; nothing when it is another key's.
std::optional<Bytes> signature_in(std::string_view line, const crypto::VerificationKey& owner) {
    if (!line.starts_with(dash)) reject("a signature line does not begin like one");
    line.remove_prefix(dash.size());
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string_view::npos) reject("a signature line has no name");
    const auto bytes = from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() <= key_id_size) reject("a signature line is not base64");
    const auto id = key_id(owner);
    if (line.substr(0, space) != type || !std::equal(id.begin(), id.end(), bytes->begin())) return std::nullopt;
    return Bytes(bytes->begin() + key_id_size, bytes->end());
}

}  // namespace

std::string manifest_text(const Manifest& manifest) {
    std::string text(type);
    const auto line = [&text](std::string_view name, const std::string& value) {
        text += '\n';
        text += name;
        text += ' ';
        text += value;
    };
    line("owner", to_hex(manifest.owner));
    line("number", std::to_string(manifest.number));
    line("previous", to_hex(manifest.previous));
    line("time", to_rfc3339(manifest.time));
    line("until", to_rfc3339(manifest.until));
    line("epoch", std::to_string(manifest.epoch));
    line("tombstones", to_hex(manifest.tombstones));
    line("segments", std::to_string(manifest.segments.size()));
    text += '\n';
    for (const SegmentInfo& info : manifest.segments)
        text += segment_line(info);
    try {
        if (parse_manifest(text) != manifest) reject("it cannot be encoded");
    } catch (const Error& error) {
        throw Error(ErrorKind::failed, error.what());
    }
    return text;
}

Manifest parse_manifest(std::string_view text) {
    if (text.size() > max_manifest_size) reject("it is too large");
    Scanner in(text);
    Manifest manifest;
    in.expect("msh/v1/manifest\nowner ");
    manifest.owner = in.digest('\n');
    in.expect("number ");
    manifest.number = in.number('\n');
    in.expect("previous ");
    manifest.previous = in.digest('\n');
    in.expect("time ");
    manifest.time = in.time('\n');
    in.expect("until ");
    manifest.until = in.time('\n');
    in.expect("epoch ");
    manifest.epoch = in.number('\n');
    in.expect("tombstones ");
    manifest.tombstones = in.digest('\n');
    in.expect("segments ");
    const std::uint64_t count = in.number('\n', max_segments + 1);
    for (std::uint64_t i = 0; i < count; ++i)
        manifest.segments.push_back(parse_segment(in));
    if (!in.done()) reject("text after its end");
    check(manifest);
    return manifest;
}

Digest manifest_hash(std::string_view text) {
    return crypto::sha256(as_bytes(text));
}

std::string sign_manifest(Manifest manifest, const Key& seed) {
    manifest.owner = crypto::ed25519_public(seed);
    const std::string text = manifest_text(manifest);
    Bytes signature;
    append(signature, key_id(manifest.owner));
    append(signature, crypto::ed25519_sign(seed, as_bytes(text)));
    return text + '\n' + std::string(dash) + std::string(type) + ' ' + to_base64(signature) + '\n';
}

SignedManifest open_manifest(std::string_view note, const crypto::VerificationKey& owner) {
    if (note.size() > max_manifest_size) reject("it is too large");
    const std::size_t blank = note.find("\n\n");
    if (blank == std::string_view::npos) reject("it has no signature");
    const std::string_view text = note.substr(0, blank + 1);
    Scanner lines(note.substr(blank + 2));
    bool is_signed = false;
    while (!lines.done()) {
        const auto signature = signature_in(lines.until('\n'), owner);
        if (!signature) continue;
        if (!crypto::ed25519_verify(owner, as_bytes(text), *signature)) reject("its signature is wrong");
        is_signed = true;
    }
    if (!is_signed) reject("its owner has not signed it");
    SignedManifest out{parse_manifest(text), manifest_hash(text)};
    if (out.manifest.owner != owner) reject("it names another owner");
    return out;
}

Succession succession(std::uint64_t seen_number, const Digest& seen_hash, const SignedManifest& offered) {
    const std::uint64_t number = offered.manifest.number;
    if (number < seen_number) return Succession::older;
    if (number == seen_number) return offered.hash == seen_hash ? Succession::same : Succession::forked;
    if (number > seen_number + 1) return Succession::later;
    return offered.manifest.previous == seen_hash ? Succession::next : Succession::forked;
}

}  // namespace msh::index
