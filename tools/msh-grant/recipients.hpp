// Who is granted to: age recipients, given as such or by cards, and where each one's grant goes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/temporary_file.hpp"
#include "crypto/age_keys.hpp"
#include "keystore/keystore.hpp"

namespace msh {

struct Recipient {
    crypto::AgeRecipient key;
    std::optional<std::string> fingerprint;  // of a card
};

// How to come by one, for whoever named none.
[[nodiscard]] std::string recipient_hint();

// Each "age1..." or the name of a file with a card, whose signature is checked. Error (usage) for anything else, and
// for a recipient who is named twice.
[[nodiscard]] std::vector<Recipient> read_recipients(const std::vector<std::string>& names);

// Tells the fingerprints of cards, to be compared: a card that was swapped is signed as well. Before anything leaves,
// and after all that could still refuse it.
void tell_recipients(const std::vector<Recipient>& recipients);

// The own keys, signed by themselves.
[[nodiscard]] std::string own_card(keystore::Keystore& keystore);

// One grant file a recipient: standard output or `output` for one, files in the folder `output` for several. They
// appear whole or not at all.
class GrantFiles {
  public:
    GrantFiles(const std::vector<Recipient>& recipients, const std::optional<std::string>& output);

    // Of the recipient at this place in the list.
    void write(std::size_t recipient, ByteView bytes);
    void commit();
    // Whether something of this recipient's grant may have left, also if a write failed.
    [[nodiscard]] bool may_have_left(std::size_t recipient) const;

  private:
    bool has_begun_ = false;
    std::vector<std::unique_ptr<AtomicFile>> files_;  // none: standard output
};

}  // namespace msh
