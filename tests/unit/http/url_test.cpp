#include "http/url.hpp"

#include <gtest/gtest.h>

namespace msh::http {
namespace {

TEST(BaseUrl, IsHttpAndAHost) {
    for (const std::string url :
         {"http://127.0.0.1:8080", "https://gateway.example", "https://gateway.example/a/b/", "http://[::1]:80"}) {
        EXPECT_TRUE(is_base_url(url)) << url;
    }
    for (const std::string url :
         {"", "http://", "gateway.example", "ftp://gateway.example", "file:///etc/passwd",
          "https://user@gateway.example", "https://:secret@gateway.example", "https://user:secret@gateway.example",
          "https://gateway.example?x=y", "https://gateway.example/#part", "https://a b/"}) {
        EXPECT_FALSE(is_base_url(url)) << url;
    }
}

TEST(IsUrl, TellsAUrlFromAPath) {
    for (const std::string url : {"http://host", "https://host/log", "https://"})
        EXPECT_TRUE(is_url(url)) << url;
    for (const std::string path : {"", "host.example", "/srv/log", "ftp://host", "./http://host"})
        EXPECT_FALSE(is_url(path)) << path;
}

TEST(Exposed, IsWhatIsNotEncryptedAndGoesToAnotherMachine) {
    for (const std::string url : {"http://gateway.example", "http://127.0.0.1.example", "http://10.0.0.1:5001",
                                  "http://[2001:db8::1]", "http://localhost.example", "http://128.0.0.1"}) {
        EXPECT_TRUE(is_exposed(url)) << url;
    }
    for (const std::string url : {"https://gateway.example", "http://127.0.0.1:5001", "http://127.9.9.9",
                                  "http://localhost:5001", "http://[::1]:5001"}) {
        EXPECT_FALSE(is_exposed(url)) << url;
    }
}

TEST(HostOf, IsAllThatMessagesSay) {
    EXPECT_EQ(host_of("https://gateway.example/ipfs/bafk?format=raw"), "gateway.example");
    EXPECT_EQ(host_of("http://127.0.0.1:8080/x"), "127.0.0.1:8080");
    EXPECT_EQ(host_of("https://user:secret@gateway.example/"), "gateway.example");
    EXPECT_EQ(host_of("no url"), "the server");
}

TEST(Loopback, IsThisMachineWhateverItsPort) {
    for (const char* url : {"http://localhost", "http://a.localhost:1", "http://127.9.9.9:5001/x", "http://[::1]/"})
        EXPECT_TRUE(is_loopback(url)) << url;
    for (const char* url :
         {"http://localhost.example", "http://127.example", "http://128.0.0.1", "http://[::2]", "x y"})
        EXPECT_FALSE(is_loopback(url)) << url;
}

}  // namespace
}  // namespace msh::http
