#include "storage/target_places.hpp"

#include "unit/storage/put_support.hpp"

namespace msh::storage {
namespace {

namespace fs = std::filesystem;

using TargetPlacesTest = PutTest;

TEST_F(TargetPlacesTest, WhatATargetIsToAReader) {
    const fs::path store = folder.path() / "store";
    fs::create_directory(store);
    std::ofstream(folder.path() / "a.car") << "x";
    const std::string car = (folder.path() / "a.car").string();
    const auto place = [&](const std::string& target, bool exposed = false) {
        return place_of(target, home.store(), exposed);
    };
    EXPECT_EQ(place("store:" + store.string()).place, store.string());
    EXPECT_EQ(place("car:" + car).place, car);
    EXPECT_EQ(place("car:" + store.string()).obstacle, "'" + store.string() + "', which does not exist");
    EXPECT_EQ(place("store:/nowhere").obstacle, "'/nowhere', which does not exist");
    EXPECT_EQ(place("store:/nowhere").place, "");
    EXPECT_EQ(place("own-store").obstacle, "'" + home.store().string() + "', which does not exist");
    fs::create_directories(home.store());
    EXPECT_EQ(place("own-store").place, home.store().string());
    EXPECT_EQ(place("ipfs:http://127.0.0.1:5001").place, "http://127.0.0.1:5001/api/v0");
    EXPECT_EQ(place("ipfs:https://node.example/api/v0").place, "https://node.example/api/v0");
    EXPECT_EQ(place("ipfs:http://node.example").obstacle, "node.example, which needs --insecure");
    EXPECT_EQ(place("ipfs:http://node.example", true).place, "http://node.example/api/v0");
    EXPECT_EQ(place("stranger:x").place + place("stranger:x").obstacle, "");
}

// Each place is given once.
TEST_F(TargetPlacesTest, GivesThePlacesThatAreNew) {
    const record::Object object = add_object();
    record::Object stored_object = object;
    stored_object.payload.cid = cid.text();
    const record::Object* const one = &stored_object;
    TargetPlaces found(home.store(), keystore.get(), false);
    EXPECT_TRUE(found.add({&one, 1}).empty());
    const keystore::StoredPayload stored{record::name_of(object), cid.text()};
    for (const std::string target : {"store:/nowhere", "ipfs:https://node.example"})
        keystore::Targets(*keystore).mark(target, {&stored, 1});
    fs::create_directories(home.store());
    EXPECT_EQ(found.add({&one, 1}), (std::vector<std::string>{home.store().string(), "https://node.example/api/v0"}));
    EXPECT_TRUE(found.add({&one, 1}).empty());
    EXPECT_EQ(found.obstacles(), std::set<std::string>{"'/nowhere', which does not exist"});
    // Without a keystore there is the own store alone.
    TargetPlaces without(home.store(), nullptr, false);
    EXPECT_EQ(without.add({&one, 1}), std::vector<std::string>{home.store().string()});
}

}  // namespace
}  // namespace msh::storage
