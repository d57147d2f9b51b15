#include "nodes/multiaddr.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>

#include "http/url.hpp"

namespace msh::nodes {
namespace {

TEST(Multiaddr, NamesAServer) {
    EXPECT_EQ(gateway_url("/ip4/192.0.2.1/tcp/8080/http"), "http://192.0.2.1:8080");
    EXPECT_EQ(gateway_url("/ip4/192.0.2.1/tcp/443/https"), "https://192.0.2.1:443");
    EXPECT_EQ(gateway_url("/ip4/192.0.2.1/tcp/443/tls/http"), "https://192.0.2.1:443");
    EXPECT_EQ(gateway_url("/ip6/2001:db8::1/tcp/1/http"), "http://[2001:db8::1]:1");
    for (const std::string dns : {"dns", "dns4", "dns6"}) {
        EXPECT_EQ(gateway_url("/" + dns + "/a-1.example/tcp/65535/https"), "https://a-1.example:65535");
    }
    EXPECT_EQ(gateway_url("/dns/a.example/tcp/80/http/p2p/12D3KooW"), "http://a.example:80");
}

TEST(Multiaddr, AllElseIsNone) {
    for (const char* const text : {"",
                                   "/",
                                   "http://a.example",
                                   "ip4/192.0.2.1/tcp/80/http",
                                   "/ip4/192.0.2.1/tcp/80",
                                   "/ip4/192.0.2.1/tcp/80/http/",
                                   "/ip4/192.0.2.1/tcp/80/ws",
                                   "/ip4/192.0.2.1/tcp/80/http/http",
                                   "/ip4/192.0.2.1/tcp/80/tls",
                                   "/ip4/192.0.2.1/udp/80/http",
                                   "/ip4/192.0.2.1/udp/80/quic-v1/http",
                                   "/ip4/192.0.2.1/tcp/0/http",
                                   "/ip4/192.0.2.1/tcp/65536/http",
                                   "/ip4/192.0.2.1/tcp/-1/http",
                                   "/ip4/192.0.2.1/tcp/+1/http",
                                   "/ip4/192.0.2.1/tcp/80x/http",
                                   "/ip4/192.0.2.1/tcp//http",
                                   "/ip4/192.0.2.256/tcp/80/http",
                                   "/ip4/192.0.2/tcp/80/http",
                                   "/ip4/a.example/tcp/80/http",
                                   "/ip6/192.0.2.1/tcp/80/http",
                                   "/ip6/fe80::1%eth0/tcp/80/http",
                                   "/ip6/]:80/tcp/80/http",
                                   "/dns//tcp/80/http",
                                   "/dnsaddr/a.example/tcp/80/http",
                                   "/p2p/12D3KooW",
                                   "/p2p/12D3KooW/p2p-circuit",
                                   "/ip4/192.0.2.1/tcp/80/http/p2p-circuit/p2p/12D3KooW"}) {
        EXPECT_EQ(gateway_url(text), std::nullopt) << text;
    }
}

TEST(Multiaddr, NoCharacterLeadsElsewhere) {
    for (const char c : std::string("@:?#%\\ \t\n\r&=;,!$'\"()*+[]{}|^`~<>_\x7f\x80\xff") + '\0') {
        for (const std::string& name : {std::string(1, c), "a" + std::string(1, c) + "b.example"}) {
            EXPECT_EQ(gateway_url("/dns4/" + name + "/tcp/80/http"), std::nullopt) << int{c};
            EXPECT_EQ(gateway_url("/ip4/127.0.0.1/tcp/8" + std::string(1, c) + "0/http"), std::nullopt) << int{c};
        }
    }
    EXPECT_EQ(gateway_url("/dns/" + std::string(254, 'a') + "/tcp/80/http"), std::nullopt);
}

// So that no peer's address ends a run as a user's mistake would.
TEST(Multiaddr, EveryUrlIsOneForLibcurl) {
    std::mt19937 random(5);
    const std::string letters = "a0.-xF";
    for (int i = 0; i < 20000; ++i) {
        std::string name;
        for (std::size_t length = 1 + random() % 8; name.size() < length;)
            name += letters[random() % letters.size()];
        const auto url = gateway_url("/dns/" + name + "/tcp/080/http");
        ASSERT_TRUE(!url || http::is_base_url(*url)) << *url;
    }
}

}  // namespace
}  // namespace msh::nodes
