#include "granting/accept.hpp"

#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/temporary_file.hpp"
#include "crypto/age.hpp"
#include "unit/granting/support.hpp"

namespace msh::granting::test {
namespace {

namespace fs = std::filesystem;

class AcceptTest : public GrantingTest {
  protected:
    void SetUp() override { (void)issuer.grant({issuer.add_object(), issuer.add_object()}, recipient, file); }

    // How many records are given out; `answer` is that to the question about the issuer, which must be asked then.
    std::size_t accept(int grant, const std::optional<std::string>& named, std::optional<bool> answer = {}) {
        std::size_t records = 0;
        questions.clear();
        const AcceptTerms terms{named, [&](const std::string& question) {
                                    questions.push_back(question);
                                    return answer.value();
                                }};
        accept_grant(*recipient.keystore, recipient.home, grant, terms, recipient.program,
                     [&](const record::Object&) { ++records; });
        return records;
    }
    std::size_t accept(const std::optional<std::string>& named, std::optional<bool> answer = {}) {
        const FileDescriptor grant(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
        return accept(grant.get(), named, answer);
    }
    Error refusal(const Bytes& bytes) {
        write_file_atomically(file, bytes, 0600);
        const Error error = error_of([&] { (void)accept(issuer.fingerprint()); });
        EXPECT_TRUE(recipient.accepted().empty());
        return error;
    }
    [[nodiscard]] Bytes bytes() const { return read_file(file, std::size_t{1} << 20).value(); }

    const fs::path file = folder.path() / "file.grant";
    std::vector<std::string> questions;
};

TEST_F(AcceptTest, AnIssuerIsNamedOrConfirmedOnce) {
    EXPECT_EQ(error_of([&] { (void)accept(std::nullopt, false); }).kind(), ErrorKind::refused);
    ASSERT_EQ(questions.size(), 1u);
    EXPECT_NE(questions[0].find(issuer.fingerprint()), std::string::npos);
    const Error error = error_of([&] { (void)accept(recipient.fingerprint()); });
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_EQ(std::string(error.what()), "the grant is not from the issuer that --issuer names");
    EXPECT_TRUE(recipient.accepted().empty());

    EXPECT_EQ(accept(std::nullopt, true), 2u);
    EXPECT_EQ(questions.size(), 1u);
    EXPECT_EQ(accept(std::nullopt), 2u);  // pinned now
    EXPECT_EQ(accept(issuer.fingerprint()), 2u);
    EXPECT_TRUE(questions.empty());
    // That one is pinned does not make him the one who is named.
    EXPECT_EQ(error_of([&] { (void)accept(recipient.fingerprint()); }).kind(), ErrorKind::refused);
}

TEST_F(AcceptTest, OfAGrantThatIsDamagedNothingStays) {
    const Bytes whole = bytes();
    Bytes flipped = whole;
    flipped[flipped.size() - 100] ^= 1;
    EXPECT_EQ(std::string(refusal(flipped).what()), "the grant is damaged or cut off");
    const Bytes cut(whole.begin(), whole.end() - 1);
    EXPECT_EQ(std::string(refusal(cut).what()), "the grant is damaged or cut off");
    EXPECT_EQ(refusal(cut).kind(), ErrorKind::input);
    EXPECT_EQ(refusal(Bytes{1, 2, 3}).kind(), ErrorKind::input);
    EXPECT_EQ(refusal(Bytes{}).kind(), ErrorKind::input);
    write_file_atomically(file, whole, 0600);
    EXPECT_EQ(accept(issuer.fingerprint()), 2u);
}

TEST_F(AcceptTest, AGrantEndsWithItsLastLine) {
    Bytes grant;
    const crypto::AgeRecipient to = recipient.recipient().key;
    crypto::AgeEncryptor encryptor({&to, 1}, [&](ByteView part) { append(grant, part); });
    const auto lines = recipient.lines_of(file);
    for (const std::string& line : lines) {
        encryptor.write(as_bytes(line));
        if (&line != &lines.back()) encryptor.write(as_bytes("\n"));
    }
    encryptor.finish();
    EXPECT_EQ(std::string(refusal(grant).what()), "the grant ends within a line");
}

TEST_F(AcceptTest, APipeIsReadToItsEndFirst) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const FileDescriptor from(ends[0]);
    FileDescriptor to(ends[1]);
    const Bytes grant = bytes();
    ASSERT_LT(grant.size(), 60'000u);  // it fits into the pipe
    write_all(to.get(), grant);
    to.reset();
    EXPECT_EQ(accept(from.get(), issuer.fingerprint()), 2u);
    for (const auto& entry : fs::directory_iterator(recipient.home.root()))
        EXPECT_EQ(entry.path().filename().string().find("grant"), std::string::npos) << entry.path();
}

// Whoever writes it need not close it.
TEST_F(AcceptTest, APipeThatHoldsNoAgeFileIsNotReadToItsEnd) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const FileDescriptor from(ends[0]);
    const FileDescriptor to(ends[1]);
    write_all(to.get(), as_bytes("{\"msh\":1}\n"));
    const Error error = error_of([&] { (void)accept(from.get(), issuer.fingerprint()); });
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_EQ(std::string(error.what()), "the grant is not an age file");
}

TEST_F(AcceptTest, ASignalEndsIt) {
    recipient.program.signalled = true;
    EXPECT_THROW((void)accept(issuer.fingerprint()), msh::test::FakeProgram::Stopped);
    EXPECT_TRUE(recipient.accepted().empty());
}

}  // namespace
}  // namespace msh::granting::test
