#include "storage/payload_sources.hpp"

#include <gtest/gtest.h>

#include "unit/storage/get_support.hpp"

namespace msh::storage {
namespace {

class PayloadSourcesTest : public GetTest {
  protected:
    const ipfs::Cid root = ipfs::Cid::of(ipfs::Codec::raw, Bytes{1});
};

TEST_F(PayloadSourcesTest, WhereTheOwnStoreIsNotThereYetAHintNamesTheSendersOne) {
    try {
        open_sources(0, {home.store().string()});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::failed);
        EXPECT_EQ(error.hint(), "name the sender's store with --from or MSH_SOURCES");
    }
}

TEST_F(PayloadSourcesTest, AStoreAloneNeedsNoFetcherAndIsNeverLost) {
    std::filesystem::create_directories(home.store());
    open_sources(0, {home.store().string()});
    sources->open();
    EXPECT_EQ(sources->local().size(), 1U);
    EXPECT_TRUE(sources->remote().empty());
    EXPECT_EQ(sources->fetcher(), nullptr);
    EXPECT_FALSE(sources->has_none_left());
}

TEST_F(PayloadSourcesTest, AGatewayThatARouterNamesIsOneMoreSource) {
    sources = std::make_unique<PayloadSources>(PayloadSources::Options{}, program);
    std::vector<std::string> named{"http://127.0.0.1:1"};
    sources->add_router("router", [&](const ipfs::Cid&) { return std::vector<nodes::Provider>{{"peer", named}}; });
    sources->open();
    ASSERT_NE(sources->fetcher(), nullptr);
    EXPECT_TRUE(sources->remote().empty());
    EXPECT_FALSE(sources->has_none_left());  // the router may name one
    sources->ask_routers(root);
    sources->ask_routers(root);
    ASSERT_EQ(sources->remote().size(), 1U);
    EXPECT_EQ(sources->remote().front().name, "127.0.0.1:1");
    for (int port = 2; port < 100; ++port)
        named.push_back("http://127.0.0.1:" + std::to_string(port));
    sources->ask_routers(root);
    EXPECT_EQ(sources->remote().size(), 32U);
}

}  // namespace
}  // namespace msh::storage
