#include "ipfs/answers.hpp"

#include <array>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace msh::ipfs {
namespace {

const Cid leaf = Cid::of(Codec::raw, as_bytes("leaf"));
const Cid node = Cid::of(Codec::dag_pb, as_bytes("node"));

std::string root_line(const std::string& cid, const std::string& error) {
    return R"({"Root":{"Cid":{"/":")" + cid + R"("},"PinErrorMsg":")" + error + "\"}}\n";
}

TEST(ImportedRoots, AreALineEach) {
    const auto roots = read_imported_roots(root_line(leaf.text(), "") + "{\"Stats\":{\"BlockCount\":7}}\n" +
                                           root_line(node.text(), "no room"));
    ASSERT_TRUE(roots);
    ASSERT_EQ(roots->size(), 2U);
    EXPECT_EQ(roots->at(0).root, leaf);
    EXPECT_EQ(roots->at(0).pin_error, "");
    EXPECT_EQ(roots->at(1).root, node);
    EXPECT_EQ(roots->at(1).pin_error, "no room");
    EXPECT_TRUE(read_imported_roots("")->empty());
}

TEST(ImportedRoots, OfAnotherKindHaveNoName) {
    for (const std::string line :
         {R"({"Root":{"Cid":{"/":"QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"}}})", R"({"Root":{"Cid":{"/":7}}})",
          R"({"Root":{"Cid":"bafk"}})", R"({"Root":{}})", R"({"Root":null})", R"({"Root":[]})"}) {
        const auto roots = read_imported_roots(line + "\n");
        ASSERT_TRUE(roots && roots->size() == 1) << line;
        EXPECT_FALSE(roots->front().root) << line;
    }
}

TEST(ImportedRoots, OfWhatIsCutOffOrNoJsonAreNone) {
    const std::string whole = root_line(leaf.text(), "") + root_line(node.text(), "");
    for (std::size_t cut = 1; cut < whole.size(); ++cut)
        EXPECT_EQ(read_imported_roots(whole.substr(0, cut)).has_value(), whole[cut - 1] == '\n') << cut;
    for (const std::string text : {"[]\n", "7\n", "{}\n7\n", "{}}\n", "\xff\n", "{\"a\":\"\xff\"}\n"})
        EXPECT_FALSE(read_imported_roots(text)) << text;
    std::string nested;
    while (nested.size() < 16 << 20)
        nested += R"({"a":)";
    EXPECT_FALSE(read_imported_roots(nested + "\n"));
}

TEST(ListedPins, AreReadLineByLine) {
    const std::string pin = R"({"Type":"recursive","Cid":")" + leaf.text() + R"(","Name":""})";
    const std::string other = R"({"Type":"direct","Cid":")" + node.text() + R"("})";
    EXPECT_EQ(read_listed_pins(pin + "\n" + other + "\n"), std::set{leaf});
    EXPECT_EQ(read_listed_pins(pin), std::set{leaf});
    EXPECT_EQ(read_listed_pins(""), std::set<Cid>{});
    EXPECT_FALSE(read_listed_pins(pin + "\n<html>"));
}

TEST(Pins, AreThoseOfAllThatIsBelow) {
    const std::string type = R"(":{"Type":")";
    EXPECT_EQ(read_pins(R"({"Keys":{")" + leaf.text() + type + R"(recursive","Name":""},")" + node.text() + type +
                        R"(direct"},"bafk":{"Type":"recursive"}}})"),
              std::set{leaf});
    EXPECT_EQ(read_pins(R"({"Keys":null})"), std::set<Cid>{});
    EXPECT_EQ(read_pins(R"({"Keys":{")" + leaf.text() + R"(":null}})"), std::set<Cid>{});
    for (const std::string text : {"", "{}", "null", "[]", R"({"Keys":[]})", R"({"Keys":7})", R"({"Keys":{})"})
        EXPECT_FALSE(read_pins(text)) << text;
}

TEST(BlockStat, IsOfTheBlock) {
    const std::string key = R"({"Key":")" + leaf.text() + R"(","Size":)";
    EXPECT_TRUE(is_block_stat(key + "0}", leaf));
    EXPECT_TRUE(is_block_stat(key + "2097152}\n", leaf));
    EXPECT_FALSE(is_block_stat(key + "1}", node));
    for (const std::string size : {"2097153", "-1", "1.5", "1e30", "18446744073709551616", R"("1")", "null"})
        EXPECT_FALSE(is_block_stat(key + size + "}", leaf)) << size;
    for (const std::string text : {"", "{}", "[]", "<html></html>", R"({"Size":1})", R"({"Key":null,"Size":1})"})
        EXPECT_FALSE(is_block_stat(text, leaf)) << text;
}

TEST(AddedPin, IsNamed) {
    const std::string pins = R"({"Pins":[7,")" + node.text() + R"(",")" + leaf.text() + R"("]})";
    EXPECT_TRUE(is_pinned(pins, leaf));
    EXPECT_TRUE(is_pinned(pins, node));
    EXPECT_FALSE(is_pinned(R"({"Pins":[")" + node.text() + R"("]})", leaf));
    for (const std::string text : {"", "{}", "[]", "<html></html>", R"({"Pins":null})", R"({"Pins":{"a":"b"}})"})
        EXPECT_FALSE(is_pinned(text, leaf)) << text;
}

TEST(Addresses, AreTheTexts) {
    EXPECT_EQ(read_addresses(R"({"Addresses":["/ip4/1",7,null,["/ip4/2"],"/ip4/3"]})"),
              (std::vector<std::string>{"/ip4/1", "/ip4/3"}));
    for (const std::string text : {"", "{}", R"({"Addresses":null})", R"({"Addresses":{"a":"b"}})"})
        EXPECT_TRUE(read_addresses(text).empty()) << text;
}

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

TEST(ServicePins, HaveANameAndAState) {
    const auto one = [](const std::string& status) {
        return R"({"status":")" + status + R"(","pin":{"cid":")" + leaf.text() + "\"}}";
    };
    EXPECT_EQ(read_service_pin(one("queued"))->root, leaf);
    EXPECT_EQ(read_service_pin(one("queued"))->status.state, PinState::waiting);
    EXPECT_EQ(read_service_pin(one("pinning"))->status.state, PinState::waiting);
    EXPECT_EQ(read_service_pin(one("pinned"))->status.state, PinState::pinned);
    EXPECT_EQ(read_service_pin(one("failed"))->status.state, PinState::failed);
    EXPECT_EQ(read_service_pin(one("what?"))->status.state, PinState::failed);
    const auto whole = read_service_pin(
        R"({"status":"failed","info":{"status_details":"no room"},"pin":{"cid":"Qm"},"delegates":["/ip4/1",7]})");
    EXPECT_FALSE(whole->root);
    EXPECT_EQ(whole->status.why, "no room");
    EXPECT_EQ(whole->delegates, std::vector<std::string>{"/ip4/1"});
    EXPECT_FALSE(read_service_pin(R"({"status":"pinned"})"));
    const auto list = read_service_pins(R"({"count":2,"results":[)" + one("pinned") + "," + one("failed") + "]}");
    ASSERT_TRUE(list && list->size() == 2);
    EXPECT_EQ(list->at(1).status.state, PinState::failed);
    EXPECT_TRUE(read_service_pins(R"({"count":0,"results":null})")->empty());
    for (const std::string text : {"", "{}", "[]", R"({"results":{}})", R"({"results":[7]})", R"({"results":[{}]})"})
        EXPECT_FALSE(read_service_pins(text)) << text;
}

TEST(PinOrder, NamesAsManyOriginsAsAreRead) {
    EXPECT_EQ(pin_order(leaf, {}), R"({"cid":")" + leaf.text() + "\"}");
    const std::vector<std::string> origins(30, "/ip4/127.0.0.1\"");
    const auto order = nlohmann::json::parse(pin_order(leaf, origins));
    EXPECT_EQ(order.at("origins").size(), 20U);
    EXPECT_EQ(order.at("origins")[0], origins[0]);
}

TEST(ErrorMessage, IsALineThatShowsAsWhatItIs) {
    EXPECT_EQ(read_error_message(R"({"Message":"no room","Code":0})"), "no room");
    EXPECT_EQ(read_error_message(R"({"code":500,"message":"no room"})"), "no room");
    EXPECT_EQ(read_error_message(R"({"error":{"reason":"NO_ROOM"}})"), "NO_ROOM");
    EXPECT_EQ(read_error_message(R"({"Message":"a\n\u001b[31m\u0000\u00e9\u007f"})"), "a??[31m????");
    EXPECT_EQ(read_error_message(R"({"error":{"reason":"NO_ROOM","details":"3 GB over"}})"), "NO_ROOM: 3 GB over");
    EXPECT_EQ(read_error_message(R"({"error":{"details":"3 GB over"}})"), "3 GB over");
    // The reason stands at the end.
    const std::string line = read_error_message(R"({"Message":"pin: )" + std::string(5000, 'x') + ": no room\"}");
    EXPECT_EQ(line.size(), 400U);
    EXPECT_TRUE(line.starts_with("pin: xxx") && line.ends_with("xxx: no room")) << line;
    EXPECT_NE(line.find("x ... x"), std::string::npos) << line;
    for (const std::string text : {"", "no room", R"({"Message":7})", R"({"error":"x"})", R"({"error":{"reason":{}}})"})
        EXPECT_EQ(read_error_message(text), "") << text;
}

}  // namespace
}  // namespace msh::ipfs
