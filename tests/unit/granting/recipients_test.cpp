#include "granting/recipients.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/temporary_file.hpp"
#include "granting/card.hpp"
#include "unit/granting/support.hpp"

namespace msh::granting::test {
namespace {

class RecipientsTest : public GrantingTest {
  protected:
    std::string card(const std::string& text) {
        write_file_atomically(file, as_bytes(text), 0600);
        return file.string();
    }
    static std::vector<Recipient> read(const std::vector<std::string>& names) {
        return read_recipients(names, [](const std::string& what, const std::string&) { return what; });
    }
    static std::string refusal(const std::vector<std::string>& names, ErrorKind kind) {
        const Error error = error_of([&] { (void)read(names); });
        EXPECT_EQ(error.kind(), kind);
        return error.what();
    }
    const std::filesystem::path file = folder.path() / "card";
};

TEST_F(RecipientsTest, AreKeysOrCards) {
    const std::string key = issuer.recipient().key.text();
    std::string text = own_card(*recipient.keystore);
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', end + 2))
        text.insert(end, "\r");  // as mail does it
    const auto recipients = read({key, card(text)});
    ASSERT_EQ(recipients.size(), 2u);
    EXPECT_EQ(recipients[0].key.text(), key);
    EXPECT_FALSE(recipients[0].fingerprint);
    EXPECT_EQ(recipients[1].key, recipient.recipient().key);
    EXPECT_EQ(recipients[1].fingerprint, recipient.fingerprint());
    note_recipients(recipients, issuer.program);
    ASSERT_EQ(issuer.program.messages.size(), 2u);
    EXPECT_EQ(issuer.program.messages[0], "note: granting to " + recipient.fingerprint());
}

TEST_F(RecipientsTest, AreNothingElse) {
    const std::string key = recipient.recipient().key.text();
    EXPECT_EQ(refusal({"age1nobody"}, ErrorKind::usage), "--to: not a valid age recipient");
    EXPECT_EQ(refusal({file.string()}, ErrorKind::usage), "--to names no age recipient, and no file that exists");
    EXPECT_EQ(refusal({card("no card\n")}, ErrorKind::input), "the file is not a card");
    EXPECT_EQ(refusal({folder.path().string()}, ErrorKind::input), "the file is not a card");
    EXPECT_EQ(refusal({key, card(own_card(*recipient.keystore))}, ErrorKind::usage),
              "--to: the same recipient is given twice");
}

// A card with another's encryption key, or with another's signature, is nobody's.
TEST_F(RecipientsTest, ACardIsSignedByItsOwnKey) {
    std::string text = own_card(*recipient.keystore);
    const std::string key = recipient.recipient().key.text();
    text.replace(text.find(key), key.size(), issuer.recipient().key.text());
    EXPECT_EQ(refusal({card(text)}, ErrorKind::input), "the card is not signed by its own key");
    const std::string own = own_card(*recipient.keystore);
    const std::string other = own_card(*issuer.keystore);
    const std::string mixed = own.substr(0, own.find("\n\n")) + other.substr(other.find("\n\n"));
    EXPECT_EQ(refusal({card(mixed)}, ErrorKind::input), "the card is not signed by its own key");
}

}  // namespace
}  // namespace msh::granting::test
