#include "nodes/service_answers.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace msh::nodes {
namespace {

const ipfs::Cid leaf = ipfs::Cid::of(ipfs::Codec::raw, as_bytes("leaf"));

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

TEST(PinRequest, NamesAsManyOriginsAsAreRead) {
    EXPECT_EQ(pin_request(leaf, {}), R"({"cid":")" + leaf.text() + "\"}");
    const std::vector<std::string> origins(30, "/ip4/127.0.0.1\"");
    const auto order = nlohmann::json::parse(pin_request(leaf, origins));
    EXPECT_EQ(order.at("origins").size(), 20U);
    EXPECT_EQ(order.at("origins")[0], origins[0]);
}

}  // namespace
}  // namespace msh::nodes
