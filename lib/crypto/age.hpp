// Files of the age format, version 1 (age-encryption.org/v1, specified at c2sp.org/age): what these make, the `age`
// program reads, and the other way round. Recipients are X25519 keys or one passphrase.
//
// A header alone, for a payload sealed under a known file key (`cat header payload` is then an age file):
//     Bytes header = age_header(file_key, recipients);
// A whole file, by push, under a fresh file key:
//     AgeEncryptor encryptor(recipients, sink);
//     encryptor.write(bytes); ...  encryptor.finish();
// And back, armored or not:
//     AgeDecryptor decryptor(identities, sink);
//     decryptor.write(bytes); ...  decryptor.finish();
//
// The sink of a decryptor gets authentic plaintext only; whether it got all of it shows when finish() returns. Reading
// throws AgeError (crypto/age_error.hpp); stanzas of unknown types are skipped, so that a file with only such
// recipients fails with `no_match`. After any exception the object can only be destroyed. `threads` is that of
// crypto/stream.hpp.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/age_error.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/age_stanza.hpp"
#include "crypto/stream.hpp"

namespace msh::crypto {

[[nodiscard]] Bytes age_header(const FileKey& file_key, std::span<const AgeRecipient> recipients);

// Whether an age file, armored or not, can begin with these bytes; for rejecting other files early.
[[nodiscard]] bool may_begin_age(ByteView beginning);

struct AgeOptions {
    bool armor = false;
    unsigned threads = 1;
    unsigned work_factor = age_default_work_factor;  // of a passphrase
};

class AgeEncryptor {
  public:
    AgeEncryptor(std::span<const AgeRecipient> recipients, Sink sink, AgeOptions options = {});
    AgeEncryptor(const SecretBytes& passphrase, Sink sink, AgeOptions options = {});
    AgeEncryptor(AgeEncryptor&&) noexcept;
    AgeEncryptor& operator=(AgeEncryptor&&) noexcept;
    ~AgeEncryptor();

    void write(ByteView plain);
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

class AgeDecryptor {
  public:
    AgeDecryptor(std::span<const AgeIdentity> identities, Sink sink, unsigned threads = 1);
    AgeDecryptor(const SecretBytes& passphrase, Sink sink, unsigned threads = 1,
                 unsigned max_work_factor = age_max_work_factor);
    AgeDecryptor(AgeDecryptor&&) noexcept;
    AgeDecryptor& operator=(AgeDecryptor&&) noexcept;
    ~AgeDecryptor();

    void write(ByteView file);
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace msh::crypto
