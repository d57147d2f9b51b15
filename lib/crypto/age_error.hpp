// How reading an age file can fail. All failures are Errors of kind `input`; to distinguish them (another
// identity may still open the file, but a damaged one never opens), catch AgeError.
#pragma once

#include <string>

#include "base/error.hpp"

namespace msh::crypto {

enum class AgeFailure {
    not_age,   // neither an age file nor the armor of one
    armor,     // the armor is not strict PEM
    header,    // malformed, of another version, beyond the limits, or without a whole payload nonce
    mac,       // a stanza gave a file key, which the header was not made under, or it was changed since
    no_match,  // no stanza of the header is for the identities (or the passphrase) at hand
    payload,   // changed, cut off or continued; what was given out before the failure is authentic
};

class AgeError : public Error {
  public:
    AgeError(AgeFailure failure, const std::string& message) : Error(ErrorKind::input, message), failure_(failure) {}

    [[nodiscard]] AgeFailure failure() const noexcept { return failure_; }

  private:
    AgeFailure failure_;
};

}  // namespace msh::crypto
