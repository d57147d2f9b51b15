#include "http/secret_header.hpp"

#include <fstream>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace msh::http {
namespace {

class SecretHeader : public ::testing::Test {
  protected:
    std::filesystem::path write(const std::string& text) {
        const auto path = folder.path() / "secret";
        std::ofstream(path, std::ios::binary) << text;
        std::filesystem::permissions(path, std::filesystem::perms(0600));
        return path;
    }
    // What is thrown is `failed`, and does not tell the secret.
    template <typename Read>
    void expect_refused(Read read, const std::string& text) {
        try {
            (void)read(write(text));
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::failed) << text;
            EXPECT_EQ(std::string(error.what()).find("hush"), std::string::npos) << error.what();
        }
    }
    msh::test::TemporaryFolder folder;
};

std::string text_of(const SecretBytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

TEST_F(SecretHeader, IsTheLineOfAFile) {
    for (const std::string end : {"", "\n", "\r\n"})
        EXPECT_EQ(text_of(read_header_file(write("X-Key_1: a b:c" + end))), "X-Key_1: a b:c");
}

TEST_F(SecretHeader, OfATokenIsABearers) {
    for (const std::string end : {"", "\n", "\r\n"})
        EXPECT_EQ(text_of(read_token_file(write("a.b-c_d~e+f/g=" + end))), "Authorization: Bearer a.b-c_d~e+f/g=");
}

TEST_F(SecretHeader, OfAnythingElseIsRefused) {
    const std::string nul("A: hush\0", 8);
    for (const std::string& text :
         {std::string(), std::string("\n"), std::string("hush"), std::string(": hush"), std::string("A : hush"),
          std::string("A: hush\nB: hush"), std::string("A: hush\rB"), std::string("A: hu\tsh"),
          std::string("\xc3\xa9: hush"), std::string("A: hush\x7f"), nul, "A: " + std::string(10000, 't')}) {
        expect_refused(read_header_file, text);
    }
    for (const std::string& text :
         {std::string(), std::string("hu sh"), std::string("hush\nhush"), std::string("hush\n\nhush\n"),
          std::string("hu\x01"
                      "sh"),
          std::string(10000, 't')}) {
        expect_refused(read_token_file, text);
    }
    EXPECT_THROW((void)read_header_file(folder.path() / "absent"), Error);
    EXPECT_THROW((void)read_header_file(folder.path()), Error);
}

}  // namespace
}  // namespace msh::http
