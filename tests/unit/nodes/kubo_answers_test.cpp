#include "nodes/kubo_answers.hpp"

#include <gtest/gtest.h>

namespace msh::nodes {
namespace {

const ipfs::Cid leaf = ipfs::Cid::of(ipfs::Codec::raw, as_bytes("leaf"));
const ipfs::Cid node = ipfs::Cid::of(ipfs::Codec::dag_pb, as_bytes("node"));

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
    EXPECT_EQ(read_listed_pins(""), std::set<ipfs::Cid>{});
    EXPECT_FALSE(read_listed_pins(pin + "\n<html>"));
}

TEST(Pins, AreThoseOfAllThatIsBelow) {
    const std::string type = R"(":{"Type":")";
    EXPECT_EQ(read_pins(R"({"Keys":{")" + leaf.text() + type + R"(recursive","Name":""},")" + node.text() + type +
                        R"(direct"},"bafk":{"Type":"recursive"}}})"),
              std::set{leaf});
    EXPECT_EQ(read_pins(R"({"Keys":null})"), std::set<ipfs::Cid>{});
    EXPECT_EQ(read_pins(R"({"Keys":{")" + leaf.text() + R"(":null}})"), std::set<ipfs::Cid>{});
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

}  // namespace
}  // namespace msh::nodes
