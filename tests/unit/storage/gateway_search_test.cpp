#include "storage/gateway_search.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "unit/storage/fakes.hpp"

namespace msh::storage {
namespace {

using Strings = std::vector<std::string>;

class GatewaySearchTest : public ::testing::Test {
  protected:
    // A router that answers so, or fails.
    void add_router(const std::string& name) {
        search.add_router(name, [&](const ipfs::Cid&) {
            ++questions;
            if (failure) throw *failure;
            return providers;
        });
    }
    Strings find() {
        Strings found;
        search.find(root, [&](const std::string& url) { found.push_back(url); });
        return found;
    }

    FakeProgram program;
    GatewaySearch search{program};
    const ipfs::Cid root = ipfs::Cid::of(ipfs::Codec::raw, Bytes{1});
    std::vector<nodes::Provider> providers;
    std::optional<Error> failure;
    int questions = 0;
};

TEST_F(GatewaySearchTest, EachGatewayIsFoundOnceAndOneThatIsKnownNever) {
    add_router("one");
    add_router("two");
    search.add_known("http://known.example/");
    providers = {{"peer1", {"http://known.example", "http://new.example"}}, {"peer2", {"http://new.example"}}};
    EXPECT_EQ(find(), Strings{"http://new.example"});
    EXPECT_EQ(questions, 2);
    providers.push_back({"peer3", {"http://newer.example"}});
    EXPECT_EQ(find(), Strings{"http://newer.example"});
    EXPECT_TRUE(program.messages.empty());
}

TEST_F(GatewaySearchTest, ARouterThatFailsThreeTimesInARowIsNotAskedAgain) {
    add_router("one");
    failure = Error(ErrorKind::again, "one: HTTP status 500");
    (void)find();
    (void)find();
    failure.reset();
    (void)find();  // from here on they are counted anew
    failure = Error(ErrorKind::again, "one: HTTP status 500");
    for (int i = 0; i < 5; ++i)
        (void)find();
    EXPECT_EQ(questions, 6);
    EXPECT_EQ(program.messages,
              (Strings{"warning: one: HTTP status 500", "warning: one: HTTP status 500; giving up on it"}));
    EXPECT_TRUE(search.has_failed());
    EXPECT_FALSE(search.was_refused());
}

TEST_F(GatewaySearchTest, OneThatSomebodyHasToCorrectIsGivenUpAtOnceWithItsHint) {
    add_router("one");
    failure = Error(ErrorKind::failed, "one: its certificate is not trusted", "name it");
    (void)find();
    (void)find();
    EXPECT_EQ(questions, 1);
    EXPECT_EQ(program.messages,
              (Strings{"warning: one: its certificate is not trusted; giving up on it", "note: hint: name it"}));
    EXPECT_FALSE(search.has_failed());
    EXPECT_TRUE(search.was_refused());
}

TEST_F(GatewaySearchTest, WhatFailsAtOneRouterIsAskedOfTheNext) {
    search.add_router(
        "bad", [](const ipfs::Cid&) -> std::vector<nodes::Provider> { throw Error(ErrorKind::again, "bad: fails"); });
    add_router("one");
    providers = {{"peer", {"http://new.example"}}};
    EXPECT_EQ(find(), Strings{"http://new.example"});
}

TEST_F(GatewaySearchTest, PeersWithoutAGatewayAreNamedOnceAndNotTooMany) {
    add_router("one");
    for (int i = 0; i < 40; ++i)
        providers.push_back({"peer" + std::to_string(i), {}});
    (void)find();
    (void)find();
    ASSERT_EQ(program.messages.size(), 33U);
    EXPECT_EQ(program.messages.front(), "note: peer peer0 has the payload but no gateway address: skipped");
    EXPECT_EQ(program.messages.back(), "note: more peers without a gateway are not named");
}

TEST_F(GatewaySearchTest, ASignalEndsIt) {
    add_router("one");
    failure = Error(ErrorKind::again, "interrupted");
    program.signalled = true;
    EXPECT_THROW((void)find(), FakeProgram::Stopped);
}

}  // namespace
}  // namespace msh::storage
