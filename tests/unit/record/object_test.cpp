#include "record/object.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <utility>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "sample.hpp"

namespace msh::record {
namespace {

std::string without(const Object& object, const char* path) {
    json::Line line = json::Line::parse(to_json(object));
    line.remove(path);
    return line.text();
}

std::string with(const Object& object, const char* path, const char* json) {
    json::Line line = json::Line::parse(to_json(object));
    line.set(path, json);
    return line.text();
}

TEST(Object, RoundTrip) {
    for (const Object& object : {sample(), full()}) {
        EXPECT_EQ(read_object(json::Line::parse(to_json(object))), object);
    }
    Object granted = full();
    granted.sealed_sha256 = crypto::sha256(*granted.sealed);
    granted.sealed.reset();
    granted.payload.path.reset();
    EXPECT_EQ(read_object(json::Line::parse(to_json(granted))), granted);
}

TEST(Object, EveryRequiredMemberIsRequired) {
    for (const char* path : {"msh", "id", "study", "epoch", "profile", "payload", "payload.size", "kc", "about",
                             "anchor.salt", "anchor.index", "anchor.origin"}) {
        EXPECT_THROW((void)read_object(json::Line::parse(without(full(), path))), Error) << path;
    }
}

TEST(Object, WrongTypesAndValues) {
    const std::pair<const char*, const char*> cases[] = {
        {"msh", "2"},
        {"msh", "\"1\""},
        {"msh", "1.0"},
        {"id", "\"11\""},
        {"id", "5"},
        {"epoch", "0"},
        {"epoch", "-1"},
        {"epoch", "1e3"},
        {"epoch", "null"},
        {"profile", "\"\\u00e9\""},
        {"profile", "\"\""},
        {"payload", "[]"},
        {"payload.size", "9007199254740992"},
        {"payload.size", "\"5\""},
        {"payload.path", "\"relative\""},
        {"payload.path", "\"/etc/passwd\\u0000\""},
        {"original.path", "\"/\\u0000\""},
        {"payload.cid", "\"bafk\\u0000\""},
        {"anchor.origin", "\"example.org/log\\u0000\""},
        {"payload.cid", "\"B\\\"\""},
        {"payload.cid", "7"},
        {"kc", "\"AAAA\""},
        {"about", "\"%\""},
        {"sealed_sha256", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""},
        {"anchor", "true"},
        {"anchor.salt", "\"QQ==\""}};
    for (const auto& [path, json] : cases) {
        EXPECT_THROW((void)read_object(json::Line::parse(with(full(), path, json))), Error) << path << " " << json;
    }
}

TEST(Object, EveryMemberHasALimitSoThatTheRecordFitsIntoALine) {
    Object largest = full();
    largest.profile = std::string(32, 'p');
    largest.payload.path = "/" + std::string(max_path - 1, '\x1f');  // which takes six bytes each
    largest.payload.cid = std::string(128, 'b');
    largest.original = largest.payload;
    largest.about = Bytes(max_box);
    largest.sealed = Bytes(max_box);
    largest.anchor->origin = std::string(256, '"');
    largest.anchor->proof = Bytes(max_proof);
    const std::string json = to_json(largest);
    EXPECT_LT(json.size(), std::size_t{1} << 20);
    EXPECT_EQ(read_object(json::Line::parse(json)), largest);

    const std::function<void(Object&)> changes[] = {
        [](Object& object) { object.payload.path->push_back('x'); },
        [](Object& object) { object.original->path->push_back('x'); },
        [](Object& object) { object.about.push_back(0); },
        [](Object& object) { object.sealed->push_back(0); },
        [](Object& object) { object.anchor->proof->push_back(0); },
    };
    for (const auto& change : changes) {
        Object larger = largest;
        change(larger);
        EXPECT_THROW((void)read_object(json::Line::parse(to_json(larger))), Error);
    }
}

TEST(Object, CommittedTextIsCanonicalAndLeavesOutWhatIsAbsent) {
    EXPECT_THROW((void)committed_text(sample()), Error);
    Object object = sample();
    object.payload.cid = "bafkreiabc";
    object.sealed.reset();
    EXPECT_EQ(committed_text(object),
              "{\"about_sha256\":\"A5BYxvLAy0ksUzsKTRTvd8wPeKvMztUofYShogEc+4E=\",\"epoch\":3,"
              "\"id\":\"11111111111111111111111111111111\",\"kc\":\"MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM=\","
              "\"msh\":1,\"payload\":{\"cid\":\"bafkreiabc\",\"size\":1000},\"profile\":\"basic\","
              "\"study\":\"22222222222222222222222222222222\",\"type\":\"object\"}");
}

TEST(Object, CommittedTextIsTheSameWithTheBoxAndWithItsHash) {
    Object own = full();
    Object granted = own;
    granted.sealed_sha256 = crypto::sha256(*own.sealed);
    granted.sealed.reset();
    granted.payload.path.reset();
    granted.anchor.reset();
    EXPECT_EQ(committed_text(own), committed_text(granted));
    granted.sealed_sha256 = Digest{1};
    EXPECT_NE(committed_text(own), committed_text(granted));
}

TEST(Object, SplicesWhatTheLineLacks) {
    json::Line line = json::Line::parse(to_json(sample()));
    add_missing(line, full());
    const Object spliced = read_object(json::Line::parse(line.text()));
    EXPECT_EQ(spliced.payload.cid, full().payload.cid);
    EXPECT_EQ(spliced.anchor, full().anchor);
}

}  // namespace
}  // namespace msh::record
