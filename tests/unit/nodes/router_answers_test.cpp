#include "nodes/router_answers.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace msh::nodes {
namespace {

TEST(PeerRecords, InAListOrALineEach) {
    const std::string one = R"({"Schema":"peer","ID":"12D3a","Addrs":["/ip4/1",7,"/ip4/2"]})";
    const std::string two = R"({"ID":"12D3b"})";
    for (const std::string& text : {R"({"Providers":[)" + one + "," + two + "]}", one + "\n" + two + "\n"}) {
        const auto records = read_peer_records(text);
        ASSERT_TRUE(records && records->size() == 2) << text;
        EXPECT_EQ(records->at(0).id, "12D3a");
        EXPECT_EQ(records->at(0).addresses, (std::vector<std::string>{"/ip4/1", "/ip4/2"}));
        EXPECT_EQ(records->at(1).id, "12D3b");
        EXPECT_TRUE(records->at(1).addresses.empty());
    }
    EXPECT_TRUE(read_peer_records(R"({"Providers":null})")->empty());
    EXPECT_TRUE(read_peer_records("")->empty());
    EXPECT_TRUE(read_peer_records(R"({"Schema":"bitswap"})")->empty());
}

TEST(PeerRecords, OfWhatIsNoJsonAreNone) {
    for (const std::string text : {"7", "[]", "<html>", R"({"Providers":7})", "{}\n<html>"})
        EXPECT_FALSE(read_peer_records(text)) << text;
}

TEST(PeerRecords, ArePrintable) {
    EXPECT_EQ(read_peer_records("{\"ID\":\"a\\u001b[31m\"}")->at(0).id, "a?[31m");
}

}  // namespace
}  // namespace msh::nodes
