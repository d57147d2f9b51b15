#include "nodes/cluster_answers.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace msh::nodes {
namespace {

ClusterPin cluster_pin(const std::vector<std::string>& statuses) {
    nlohmann::json peers = nlohmann::json::object();
    for (const std::string& status : statuses)
        peers[std::to_string(peers.size())]["status"] = status;
    return read_cluster_pin(nlohmann::json{{"peer_map", peers}}.dump()).value();
}

TEST(ClusterPin, IsPinnedWhenEachPeerThatShallHaveItHas) {
    const auto state = [](const std::vector<std::string>& statuses) { return cluster_pin(statuses).status.state; };
    EXPECT_EQ(state({"pinned"}), PinState::pinned);
    EXPECT_EQ(state({"remote", "pinned", "remote", "pinned"}), PinState::pinned);
    EXPECT_EQ(state({"pinned", "pinning"}), PinState::waiting);
    EXPECT_EQ(state({"pin_queued", "remote"}), PinState::waiting);
    EXPECT_EQ(state({"remote"}), PinState::absent);
    EXPECT_EQ(state({"unpinned", "undefined"}), PinState::absent);
    EXPECT_EQ(state({}), PinState::absent);
    EXPECT_EQ(read_cluster_pin(R"({"peer_map":{"a":null,"b":{"status":7}}})")->status.state, PinState::absent);
    for (const std::string text : {"", "{}", "[]", R"({"peer_map":null})", R"({"peer_map":[{"status":"pinned"}]})"})
        EXPECT_FALSE(read_cluster_pin(text)) << text;
}

TEST(ClusterPin, IsWaitedForWhileAPeerHasNotHeardOfIt) {
    for (const std::string passing : {"unpinned", "unexpectedly_unpinned"})
        EXPECT_EQ(cluster_pin({"pinned", passing, "remote"}).status.state, PinState::waiting) << passing;
    EXPECT_EQ(cluster_pin({"unexpectedly_unpinned"}).status.state, PinState::waiting);
}

TEST(ClusterPin, FailsWithAPeer) {
    for (const std::string bad : {"pin_error", "cluster_error"}) {
        const ClusterPin pin = cluster_pin({"pinned", "pinning", bad});
        EXPECT_EQ(pin.status.state, PinState::failed) << bad;
        EXPECT_EQ(pin.status.may_recover, bad == "pin_error");
    }
    EXPECT_FALSE(cluster_pin({"pin_error", "cluster_error", "pin_error"}).status.may_recover);
    EXPECT_EQ(read_cluster_pin(R"({"peer_map":{"a":{"status":"pin_error","error":"no\nroom"}}})")->status.why,
              "no?room");
}

TEST(ClusterPin, NamesThePeers) {
    const auto pin = read_cluster_pin(R"({"peer_map":{"a":{"peername":"one"},"b":{}}})");
    EXPECT_EQ(pin->peers, (std::map<std::string, std::string>{{"a", "one"}, {"b", ""}}));
    EXPECT_TRUE(pin->is_everywhere);
    EXPECT_TRUE(read_cluster_pin(R"({"allocations":[],"peer_map":{}})")->is_everywhere);
    EXPECT_FALSE(read_cluster_pin(R"({"allocations":["a"],"peer_map":{}})")->is_everywhere);
}

TEST(ClusterPeers, AreThoseThatAnyKnowsAndTheSilent) {
    EXPECT_EQ(read_cluster_peers("{\"id\":\"a\",\"peername\":\"one\",\"cluster_peers\":[\"b\",7]}\n{\"id\":\"c\"}\n"),
              (std::map<std::string, std::string>{{"a", "one"}, {"b", ""}, {"c", ""}}));
    EXPECT_EQ(read_silent_peers(R"([{"name":"ping","peer":"a"},{"name":"freespace","peer":"b"},7])"),
              (std::map<std::string, std::string>{{"a", ""}}));
    for (const std::string text : {"", "null", "{}", "7", "[", "[[]]", "<html>"}) {
        EXPECT_TRUE(read_cluster_peers(text).empty()) << text;
        EXPECT_TRUE(read_silent_peers(text).empty()) << text;
    }
}

}  // namespace
}  // namespace msh::nodes
