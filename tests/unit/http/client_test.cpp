#include "http/client.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace msh::http {
namespace {

TEST(Client, SaysWhoDoesNotAnswer) {
    Client client(Limits{});
    try {
        (void)client.ask({.url = "http://127.0.0.1:1/path?secret", .max_body = 100});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::again);
        EXPECT_TRUE(std::string(error.what()).starts_with("127.0.0.1:1: ")) << error.what();
        EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
    }
    EXPECT_THROW((void)client.ask({.url = "ftp://127.0.0.1/", .max_body = 100}), Error);
}

}  // namespace
}  // namespace msh::http
