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

void AgeEncryptor::finish() {
    state_->sealer->finish();
    if (state_->armor) state_->armor->finish();
}

struct AgeDecryptor::State {
    using Unwrap = std::function<std::optional<FileKey>(const AgeHeader&)>;

    State(Unwrap with, Sink to, unsigned count) : unwrap(std::move(with)), sink(std::move(to)), threads(count) {}

    // White space may only stand in front of armor, and armor begins with a hyphen.
    void detect(ByteView& file) {
        while (form == Form::unknown && !file.empty()) {
            if (file.front() == '-') {
                form = Form::armored;
            } else if (!is_armor_space(file.front())) {
                if (spaces) throw AgeError(AgeFailure::not_age, "not an age file");
                form = Form::binary;
            } else {
                spaces = true;
                file = file.subspan(1);
            }
        }
    }

    void write(ByteView file) {
        detect(file);
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
            throw AgeError(AgeFailure::header, "the age header was changed");
        }
        opener.emplace(*file_key, sink, threads);
    }

    void finish() {
        if (form == Form::armored) armor.finish();
        header.finish();
        opener->finish();
    }

    enum class Form { unknown, binary, armored };

    Unwrap unwrap;
    Sink sink;
    unsigned threads;
    Form form = Form::unknown;
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

AgeDecryptor::AgeDecryptor(const SecretBytes& passphrase, Sink sink, unsigned threads, unsigned most_work_factor) {
    auto unwrap = [passphrase, most_work_factor](const AgeHeader& header) {
        return unwrap_file_key(header, passphrase, most_work_factor);
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
