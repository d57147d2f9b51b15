#include "granting/recipients.hpp"

#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "granting/card.hpp"

namespace msh::granting {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_card = 4096;

Recipient recipient_of_card(const std::string& file, const InputName& input_name) {
    std::error_code ignored;
    const auto status = fs::status(file, ignored);
    if (!fs::exists(status)) {
        throw Error(ErrorKind::usage, "--to names no age recipient, and no file that exists", recipient_hint());
    }
    const auto no_card = [&] {
        return Error(ErrorKind::input, input_name("the file", file) + " is not a card", recipient_hint());
    };
    if (fs::is_directory(status) || (fs::is_regular_file(status) && fs::file_size(file, ignored) > max_card))
        throw no_card();
    const auto text = read_file(file, max_card, input_name("the card", file));
    const auto keys = text ? read_card(as_text(*text)) : std::nullopt;
    if (!keys) throw no_card();
    const auto recipient = crypto::AgeRecipient::parse(keys->recipient);
    if (!recipient) throw Error(ErrorKind::input, "the card names no age recipient");
    return {*recipient, record::fingerprint(*keys)};
}

}  // namespace

std::string recipient_hint() {
    return "the recipient can write a card with 'msh-grant --card -o FILE' or print an age recipient with 'msh-key "
           "show --recipient'; --to takes either";
}

std::vector<Recipient> read_recipients(const std::vector<std::string>& names, const InputName& input_name) {
    std::vector<Recipient> recipients;
    std::set<std::string> texts;
    for (const std::string& name : names) {
        const auto key = crypto::AgeRecipient::parse(name);
        if (!key && name.starts_with("age1")) throw Error(ErrorKind::usage, "--to: not a valid age recipient");
        recipients.push_back(key ? Recipient{*key} : recipient_of_card(name, input_name));
        if (!texts.insert(recipients.back().key.text()).second)
            throw Error(ErrorKind::usage, "--to: the same recipient is given twice");
    }
    return recipients;
}

void note_recipients(const std::vector<Recipient>& recipients, Program& program) {
    bool has_card = false;
    for (const Recipient& recipient : recipients) {
        if (!recipient.fingerprint) continue;
        program.note("granting to " + *recipient.fingerprint);
        has_card = true;
    }
    if (has_card)
        program.note("hint: compare it with the output of 'msh-key show --fingerprint' on the recipient's side");
}

}  // namespace msh::granting
