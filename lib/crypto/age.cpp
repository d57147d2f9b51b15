#include "crypto/age.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "crypto/age_armor.hpp"
#include "crypto/age_header.hpp"
#include "crypto/random.hpp"

namespace msh::crypto {
namespace {

constexpr std::size_t max_text_before_armor = 4096;  // further on, nobody looks for it

FileKey random_file_key() {
    FileKey key;
    fill_random(key.writable());
    return key;
}

}  // namespace

Bytes age_header(const FileKey& file_key, std::span<const AgeRecipient> recipients) {
    if (recipients.empty()) throw Error(ErrorKind::usage, "no recipient to encrypt to");
    std::vector<AgeStanza> stanzas;
    for (const AgeRecipient& recipient : recipients)
        stanzas.push_back(wrap_file_key(file_key, recipient));
    return make_age_header(file_key, stanzas);
}

struct AgeEncryptor::State {
    State(const FileKey& file_key, const Bytes& header, Sink to, const AgeOptions& options) : sink(std::move(to)) {
        if (options.armor) armor.emplace(sink);
        put(header);
        sealer.emplace(
            file_key, [this](ByteView part) { put(part); }, options.threads);
    }

    void put(ByteView part) {
        if (armor) {
            armor->write(part);
        } else {
            sink(part);
        }
    }

    Sink sink;
    std::optional<ArmorWriter> armor;
    std::optional<StreamSealer> sealer;
};

AgeEncryptor::AgeEncryptor(std::span<const AgeRecipient> recipients, Sink sink, AgeOptions options) {
    const FileKey file_key = random_file_key();
    state_ = std::make_unique<State>(file_key, age_header(file_key, recipients), std::move(sink), options);
}

AgeEncryptor::AgeEncryptor(const SecretBytes& passphrase, Sink sink, AgeOptions options) {
    if (passphrase.empty()) throw Error(ErrorKind::usage, "an empty passphrase");
    const FileKey file_key = random_file_key();
    const AgeStanza stanza = wrap_file_key(file_key, passphrase, options.work_factor);
    state_ = std::make_unique<State>(file_key, make_age_header(file_key, {&stanza, 1}), std::move(sink), options);
}

AgeEncryptor::AgeEncryptor(AgeEncryptor&&) noexcept = default;
AgeEncryptor& AgeEncryptor::operator=(AgeEncryptor&&) noexcept = default;
AgeEncryptor::~AgeEncryptor() = default;

void AgeEncryptor::write(ByteView plain) {
    state_->sealer->write(plain);
}

bool may_begin_age(ByteView beginning) {
    const auto text = std::ranges::find_if_not(beginning, is_armor_space);
    const std::string_view rest = as_text(beginning.subspan(static_cast<std::size_t>(text - beginning.begin())));
    const std::string_view armor = armor_begin_line.substr(0, rest.size());
    return rest.starts_with(armor) || (text == beginning.begin() && may_begin_age_header(beginning));
}

void AgeEncryptor::finish() {
    state_->sealer->finish();
    if (state_->armor) state_->armor->finish();
}

struct AgeDecryptor::State {
    using Unwrap = std::function<std::optional<FileKey>(const AgeHeader&)>;

    State(Unwrap with, Sink to, unsigned count) : unwrap(std::move(with)), sink(std::move(to)), threads(count) {}

    // Of what the file is, by its first bytes; false while they do not say. White space may only stand in front of
    // armor, which begins with a hyphen. Anything else in front of armor makes it bad armor, as in age's own test
    // vectors.
    bool detect(bool at_end) {
        const auto text = std::ranges::find_if_not(start, is_armor_space);
        spaces = spaces || text != start.begin();
        start.erase(start.begin(), text);
        if (start.empty()) return at_end;
        if (start.front() == '-') {
            form = Form::armored;
        } else if (!spaces && begins_age_header(start)) {
            form = Form::binary;
        } else if (!spaces && !at_end && may_begin_age_header(start)) {
            return false;
        } else if (as_text(start).find(armor_begin_line) != std::string_view::npos) {
            throw AgeError(AgeFailure::armor, "malformed age armor: text in front of it");
        } else if (at_end || start.size() >= max_text_before_armor) {
            throw AgeError(AgeFailure::not_age, "not an age file");
        }
        return form != Form::unknown;
    }

    void write(ByteView file) {
        if (form == Form::unknown) {
            append(start, file);
            if (!detect(false)) return;
            file = start;
        }
        if (form == Form::armored) {
            armor.write(file);
        } else {
            write_binary(file);
        }
    }

    void write_binary(ByteView file) {
        if (!opener) {
            file = header.write(file);
            if (!header.complete()) return;
            open_header();
        }
        opener->write(file);
    }

    void open_header() {
        const auto file_key = unwrap(header.header());
        if (!file_key) throw AgeError(AgeFailure::no_match, "no identity matches the age file");
        if (!header.header().is_authentic(*file_key)) {
            throw AgeError(AgeFailure::mac, "the age header was changed");
        }
        opener.emplace(*file_key, sink, threads);
    }

    void finish() {
        if (form == Form::unknown) (void)detect(true);
        if (form == Form::armored) armor.finish();
        header.finish();
        opener->finish();
    }

    enum class Form { unknown, binary, armored };

    Unwrap unwrap;
    Sink sink;
    unsigned threads;
    Form form = Form::unknown;
    Bytes start;  // while the form is unknown
    bool spaces = false;
    ArmorReader armor{[this](ByteView part) { write_binary(part); }};
    AgeHeaderReader header;
    std::optional<StreamOpener> opener;
};

AgeDecryptor::AgeDecryptor(std::span<const AgeIdentity> identities, Sink sink, unsigned threads) {
    auto unwrap = [own = std::vector<AgeIdentity>(identities.begin(), identities.end())](const AgeHeader& header) {
        return unwrap_file_key(header, own);
    };
    state_ = std::make_unique<State>(std::move(unwrap), std::move(sink), threads);
}

AgeDecryptor::AgeDecryptor(const SecretBytes& passphrase, Sink sink, unsigned threads, unsigned max_work_factor) {
    auto unwrap = [passphrase, max_work_factor](const AgeHeader& header) {
        return unwrap_file_key(header, passphrase, max_work_factor);
    };
    state_ = std::make_unique<State>(std::move(unwrap), std::move(sink), threads);
}

AgeDecryptor::AgeDecryptor(AgeDecryptor&&) noexcept = default;
AgeDecryptor& AgeDecryptor::operator=(AgeDecryptor&&) noexcept = default;
AgeDecryptor::~AgeDecryptor() = default;

void AgeDecryptor::write(ByteView file) {
    state_->write(file);
}
void AgeDecryptor::finish() {
    state_->finish();
}

}  // namespace msh::crypto
