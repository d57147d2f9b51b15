#include "granting/card.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "custodian/custodian.hpp"
#include "keystore/identities.hpp"
#include "log/note.hpp"

namespace msh::granting {

std::string own_card(keystore::Keystore& keystore) {
    const Key seed = keystore::Identities(keystore).private_key(keystore::Identity::statement);
    return log::Signer(custodian::statement_key_name(), seed).sign(record::card_text(custodian::public_keys(keystore)));
}

std::optional<record::PublicKeys> read_card(std::string_view text) {
    std::string note;
    for (const std::string_view line : edited_lines(text))
        note.append(line).append("\n");
    const auto opened = log::parse_note(note);
    if (!opened) return std::nullopt;
    record::PublicKeys keys = record::read_card(opened->text);
    if (!custodian::is_signed_by(*opened, keys)) throw Error(ErrorKind::input, "the card is not signed by its own key");
    return keys;
}

}  // namespace msh::granting
