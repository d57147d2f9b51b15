#include "storage/target_name.hpp"

#include <filesystem>
#include <gtest/gtest.h>

#include "keystore/targets.hpp"
#include "support/temporary_folder.hpp"

namespace msh::storage {
namespace {

namespace fs = std::filesystem;

class TargetNameTest : public ::testing::Test {
  protected:
    void SetUp() override {
        fs::create_directories(folder / "store");
        fs::create_directory_symlink(folder / "store", folder / "link");
    }
    test::TemporaryFolder temporary;
    fs::path folder = fs::canonical(temporary.path());
    fs::path own = folder / "home" / "store";
};

TEST_F(TargetNameTest, AStoreIsItsFolderHoweverItIsWritten) {
    const std::string name = "store:" + (folder / "store").string();
    EXPECT_EQ(store_name(folder / "store", own), name);
    EXPECT_EQ(store_name(folder / "store/", own), name);
    EXPECT_EQ(store_name(folder / "." / "link", own), name);
    EXPECT_EQ(store_name(folder / "none" / ".." / "store", own), name);
    EXPECT_EQ(store_name(fs::proximate(folder / "store"), own), name);
    EXPECT_NE(store_name(folder / "other", own), name);
}

TEST_F(TargetNameTest, TheOwnStoreHasItsNameWhereverItLies) {
    EXPECT_EQ(store_name(own, own), keystore::own_store_target);
    EXPECT_EQ(store_name(folder / "link", folder / "store"), keystore::own_store_target);
}

TEST_F(TargetNameTest, AnArchiveIsItsFile) {
    EXPECT_EQ(archive_name(folder / "link" / "a.car"), "car:" + (folder / "store" / "a.car").string());
}

TEST_F(TargetNameTest, SlashesAtTheEndOfAUrlMakeNoOther) {
    EXPECT_EQ(node_name("https://node.example/"), "ipfs:https://node.example");
    EXPECT_EQ(node_name("https://node.example"), "ipfs:https://node.example");
    EXPECT_EQ(pin_service_name("https://pins.example/api/"), "pin-service:https://pins.example/api");
}

TEST_F(TargetNameTest, AUrlMayBeOfANodeOrOfAPinningService) {
    EXPECT_EQ(possible_names("https://one.example/", own),
              (std::vector<std::string>{"ipfs:https://one.example", "pin-service:https://one.example"}));
    EXPECT_EQ(possible_names((folder / "link").string(), own),
              (std::vector<std::string>{(folder / "link").string(), "store:" + (folder / "store").string()}));
    EXPECT_EQ(possible_names("own-store", own).front(), "own-store");
}

TEST_F(TargetNameTest, AStoreAndANodeAreFoundByTheirNames) {
    EXPECT_EQ(folder_of_store(store_name(own, own), own), own);
    EXPECT_EQ(folder_of_store(store_name(folder / "store", own), own), folder / "store");
    EXPECT_EQ(url_of_node(node_name("https://node.example")), "https://node.example");
    EXPECT_FALSE(folder_of_store(node_name("https://node.example"), own));
    EXPECT_FALSE(url_of_node(pin_service_name("https://node.example")));
}

TEST_F(TargetNameTest, StoresAndNodesAreKnownToKeepPayloads) {
    EXPECT_TRUE(keystore::is_keeping_target(store_name(own, own)));
    EXPECT_TRUE(keystore::is_keeping_target(store_name(folder / "store", own)));
    EXPECT_TRUE(keystore::is_keeping_target(node_name("https://one.example")));
    EXPECT_FALSE(keystore::is_keeping_target(pin_service_name("https://one.example")));
    EXPECT_FALSE(keystore::is_keeping_target(archive_name(folder / "a.car")));
}

}  // namespace
}  // namespace msh::storage
