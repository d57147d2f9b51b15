// Who is granted to: age recipients, given as such or by cards.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/program.hpp"
#include "crypto/age_keys.hpp"

namespace msh::granting {

struct Recipient {
    crypto::AgeRecipient key;
    std::optional<std::string> fingerprint{};  // of a card
};

// The hint to print if no recipient was given.
[[nodiscard]] std::string recipient_hint();

// What messages call an input file: the program decides whether they may name its path.
using InputName = std::function<std::string(const std::string& what, const std::string& path)>;

// Each "age1..." or the name of a file with a card, whose signature is checked. Error (usage) for a text that is
// neither, and for a recipient who is named twice; (input) for a file that is no card.
[[nodiscard]] std::vector<Recipient> read_recipients(const std::vector<std::string>& names,
                                                     const InputName& input_name);

// Notes the fingerprints of cards, to be compared: a card that was swapped is signed as well. Call it last before
// output starts, when nothing can refuse the grant any more.
void note_recipients(const std::vector<Recipient>& recipients, Program& program);

}  // namespace msh::granting
