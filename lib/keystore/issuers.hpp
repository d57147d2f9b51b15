// Issuers whose grants were accepted: pinned by their fingerprint when it was first confirmed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "keystore/keystore.hpp"

namespace msh::keystore {

struct Issuer {
    std::string fingerprint;
    std::string keys;         // their public keys, JSON text
    std::string log_origin;   // of the log their records are anchored in
    std::string log_key;      // its C2SP verifier key
    std::int64_t pinned = 0;  // seconds since 1970
    bool operator==(const Issuer&) const = default;
};

class Issuers {
  public:
    explicit Issuers(Keystore& keystore) : keystore_(keystore) {}

    // Replaces what was pinned under this fingerprint.
    void pin(const Issuer& issuer);
    // Unpins; what was granted stays. False when it was not pinned.
    [[nodiscard]] bool forget(std::string_view fingerprint);
    [[nodiscard]] std::optional<Issuer> find(std::string_view fingerprint);
    // Who names a log so: one, or several with the same log.
    [[nodiscard]] std::vector<Issuer> with_log(std::string_view origin);
    [[nodiscard]] std::vector<Issuer> list();

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
