#include "recipients.hpp"

#include <filesystem>
#include <set>
#include <unistd.h>

#include "base/error.hpp"
#include "base/temporary_file.hpp"
#include "base/text.hpp"
#include "cli/messages.hpp"
#include "custodian/custodian.hpp"
#include "keystore/identities.hpp"
#include "log/key.hpp"
#include "log/note.hpp"
#include "record/grant.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_card = 4096;

Recipient recipient_of_card(const std::string& file) {
    std::error_code ignored;
    const auto status = fs::status(file, ignored);
    if (!fs::exists(status)) {
        throw Error(ErrorKind::usage, "--to names no age recipient, and no file that exists", recipient_hint());
    }
    const bool is_none =
        fs::is_directory(status) || (fs::is_regular_file(status) && fs::file_size(file, ignored) > max_card);
    const auto bytes = is_none ? std::nullopt : read_file(file, max_card, cli::input_name("the card", file));
    if (!bytes) throw Error(ErrorKind::input, cli::input_name("the file", file) + " is not a card", recipient_hint());
    std::string note;  // a card passes through mail programs and editors
    for (const std::string_view line : edited_lines(as_text(*bytes)))
        note.append(line).append("\n");
    const auto opened = log::parse_note(note);
    if (!opened) throw Error(ErrorKind::input, cli::input_name("the file", file) + " is not a card", recipient_hint());
    const record::PublicKeys keys = record::read_card(opened->text);
    if (!custodian::is_signed_by(*opened, keys)) {
        throw Error(ErrorKind::input, "the card is not signed by its own key");
    }
    const auto recipient = crypto::AgeRecipient::parse(keys.recipient);
    if (!recipient) throw Error(ErrorKind::input, "the card names no age recipient");
    return {*recipient, record::fingerprint(keys)};
}

}  // namespace

std::string recipient_hint() {
    return "the recipient can write a card with 'msh-grant --card -o FILE' or print an age recipient with 'msh-key "
           "show "
           "--recipient'; --to takes either";
}

std::vector<Recipient> read_recipients(const std::vector<std::string>& names) {
    std::vector<Recipient> recipients;
    std::set<std::string> texts;
    for (const std::string& name : names) {
        const auto key = crypto::AgeRecipient::parse(name);
        if (!key && name.starts_with("age1")) throw Error(ErrorKind::usage, "--to: not a valid age recipient");
        recipients.push_back(key ? Recipient{*key, {}} : recipient_of_card(name));
        if (!texts.insert(recipients.back().key.text()).second)
            throw Error(ErrorKind::usage, "--to: the same recipient is given twice");
    }
    return recipients;
}

void tell_recipients(const std::vector<Recipient>& recipients) {
    bool told = false;
    for (const Recipient& recipient : recipients) {
        if (!recipient.fingerprint) continue;
        cli::say_note("granting to " + *recipient.fingerprint);
        told = true;
    }
    if (told) cli::say_note("hint: compare it with the output of 'msh-key show --fingerprint' on the recipient's side");
}

std::string own_card(keystore::Keystore& keystore) {
    const Key seed = keystore::Identities(keystore).private_key(keystore::Identity::statement);
    return log::Signer(custodian::statement_key_name(), seed).sign(record::card_text(custodian::public_keys(keystore)));
}

GrantFiles::GrantFiles(const std::vector<Recipient>& recipients, const std::optional<std::string>& output) {
    std::error_code ignored;
    const bool is_folder = recipients.size() > 1 || (output && fs::is_directory(*output, ignored));
    if (!output || *output == "-") {
        if (is_folder)
            throw Error(ErrorKind::usage, "with several recipients, the output must be a folder", "name one with -o");
        if (::isatty(STDOUT_FILENO) == 1) {
            throw Error(ErrorKind::usage, "refusing to write a grant to a terminal", "name a file with -o");
        }
        return;
    }
    if (fs::is_other(fs::status(*output, ignored))) {
        throw Error(ErrorKind::usage, "-o names neither a file nor a folder",
                    "without -o the grant goes to standard output");
    }
    if (is_folder) make_folder(*output, 0700);
    for (const Recipient& recipient : recipients) {
        const fs::path path = is_folder ? fs::path(*output) / (recipient.key.text() + ".grant") : fs::path(*output);
        const auto links = is_folder ? AtomicFile::Links::replace : AtomicFile::Links::follow;
        files_.push_back(std::make_unique<AtomicFile>(path, 0600, links));
    }
}

void GrantFiles::write(std::size_t recipient, ByteView bytes) {
    has_begun_ = true;
    write_all(files_.empty() ? STDOUT_FILENO : files_[recipient]->fd(), bytes);
}

void GrantFiles::commit() {
    for (const auto& file : files_)
        file->commit();
}

bool GrantFiles::may_have_left(std::size_t recipient) const {
    return files_.empty() ? has_begun_ : files_[recipient]->temporary().empty();
}

}  // namespace msh
