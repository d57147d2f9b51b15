// Which records get a leaf, which keep theirs, and that none leaves before the log was seen to have its leaf.
#include "custodian/anchorer.hpp"

#include <gtest/gtest.h>
#include <list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "crypto/random.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/anchors.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "support/new_keystore.hpp"
#include "support/temporary_folder.hpp"

namespace msh::custodian {
namespace {

namespace fs = std::filesystem;

const std::string other_leaf = "'anchor' refers to another record's leaf";

class AnchorerTest : public ::testing::Test {
  protected:
    void SetUp() override { keystore = msh::test::new_keystore(home); }

    // The record of a stored object that the keystore knows.
    record::Object add_object() {
        const auto study = keystore::Studies(*keystore).get_or_create({"default", "basic", Digest{1}, false}).value();
        keystore::NewObject object;
        object.done = object.hint = object.record.kc = Digest{++objects};
        object.record.id = crypto::random_id();
        object.record.study = study.study;
        object.record.profile = "basic";
        object.record.about = Bytes{1, 2, 3};
        object.record.sealed = Bytes{4, 5, 6};
        object.record.payload.size = 100;
        object.record.payload.cid = "bafkpayload";
        EXPECT_EQ(keystore::Objects(*keystore).commit_new({&object, 1}).size(), 1U);
        return object.record;
    }

    // Records as they come, and the requests of one batch.
    struct Batch {
        explicit Batch(const std::vector<record::Object>& from) : objects(from) {
            for (const record::Object& object : objects)
                lines.push_back(json::Line::parse(record::to_json(object)));
            for (std::size_t i = 0; i < objects.size(); ++i)
                requests.push_back({objects[i], lines[i]});
        }
        [[nodiscard]] std::string error(std::size_t i) const {
            return requests.at(i).error ? requests.at(i).error->what() : "";
        }
        // As it leaves.
        [[nodiscard]] record::Object record(std::size_t i) const {
            return record::read_object(json::Line::parse(lines.at(i).text()));
        }
        std::vector<record::Object> objects;
        std::vector<json::Line> lines;
        std::vector<AnchorRequest> requests;
    };

    static void run(Anchorer& anchorer, Batch& batch) {
        anchorer.assign(batch.requests);
        anchorer.publish(batch.requests);
    }
    // The record as it leaves, of a run of its own.
    record::Object anchored(const record::Object& record) {
        Anchorer anchorer(home, *keystore);
        Batch batch({record});
        run(anchorer, batch);
        EXPECT_EQ(batch.error(0), "");
        return batch.record(0);
    }
    [[nodiscard]] std::string error_of(const record::Object& record) {
        Anchorer anchorer(home, *keystore);
        Batch batch({record});
        run(anchorer, batch);
        return batch.error(0);
    }
    [[nodiscard]] std::uint64_t log_size() { return open_log(*keystore, home).size(); }
    [[nodiscard]] bool is_in_log(const record::Object& record) {
        return open_log(*keystore, home).contains(record.anchor.value().index, leaf_data(record));
    }

    msh::test::TemporaryFolder folder;
    Home home{folder.path() / "home"};
    std::unique_ptr<keystore::Keystore> keystore;
    std::uint8_t objects = 0;
};

TEST_F(AnchorerTest, EachRecordGetsTheNextLeafAndTheSameOneAgain) {
    const std::vector<record::Object> records{add_object(), add_object(), add_object()};
    Anchorer anchorer(home, *keystore);
    Batch batch({records[0], records[1], records[0]});
    run(anchorer, batch);
    EXPECT_EQ(log_size(), 2U);
    std::vector<record::Object> out;
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(batch.error(i), "");
        out.push_back(batch.record(i));
        EXPECT_TRUE(is_in_log(out[i]));
    }
    EXPECT_EQ(out[0].anchor->index, 0U);
    EXPECT_EQ(out[1].anchor->index, 1U);
    EXPECT_NE(out[0].anchor->salt, out[1].anchor->salt);
    EXPECT_EQ(out[2], out[0]);
    // By what the keystore knows, by what the record says, and one more.
    Batch again({records[1], out[0], records[2]});
    run(anchorer, again);
    EXPECT_EQ(again.record(0), out[1]);
    EXPECT_EQ(again.lines[1].text(), batch.lines[0].text());
    EXPECT_EQ(again.record(2).anchor->index, 2U);
    EXPECT_EQ(log_size(), 3U);
}

TEST_F(AnchorerTest, WhatIsWrongWithOneRecordConcernsItAlone) {
    const record::Object good = add_object();
    record::Object without_cid = add_object();
    without_cid.payload.cid.reset();
    record::Object unknown = add_object();
    unknown.id = crypto::random_id();
    record::Object changed = add_object();
    changed.epoch = 2;
    record::Object less = add_object();
    less.sealed.reset();
    Batch batch({without_cid, unknown, changed, less, good});
    const std::vector<std::string> before{batch.lines[0].text(), batch.lines[1].text(), batch.lines[2].text(),
                                          batch.lines[3].text()};
    Anchorer anchorer(home, *keystore);
    run(anchorer, batch);
    EXPECT_EQ(batch.error(0), "'payload.cid' is missing");
    EXPECT_EQ(batch.requests[0].error->hint(), "run msh-put first");
    EXPECT_EQ(batch.error(1), "the object is not in this keystore");
    EXPECT_NE(batch.error(2), "");
    EXPECT_EQ(batch.error(3), "'sealed' is missing, but the record's leaf commits to it");
    EXPECT_EQ(batch.error(4), "");
    for (std::size_t i = 0; i < before.size(); ++i)
        EXPECT_EQ(batch.lines[i].text(), before[i]);
    EXPECT_EQ(batch.record(4).anchor->index, 0U);
    EXPECT_EQ(log_size(), 1U);
}

TEST_F(AnchorerTest, ARecordOfAnotherLogPassesUnchanged) {
    record::Object record = add_object();
    record.id = crypto::random_id();
    record.anchor = record::Anchor{"elsewhere.example/log", 7, Digest{9}, Bytes{1, 2}};
    EXPECT_EQ(anchored(record), record);
    EXPECT_FALSE(fs::exists(home.log() / "checkpoint") && log_size() > 0);
}

TEST_F(AnchorerTest, AnAnchorInTheOwnLogNeedsItsOwnLeafThere) {
    const record::Object first = anchored(add_object());
    const record::Object second = anchored(add_object());
    // Another's place, a place that nobody has, and made-up objects.
    record::Object wrong = first;
    wrong.id = crypto::random_id();
    EXPECT_EQ(error_of(wrong), other_leaf);
    wrong.anchor->index = 99;
    EXPECT_EQ(error_of(wrong), other_leaf);
    record::Object moved = first;
    moved.anchor->index = second.anchor->index;
    EXPECT_NE(error_of(moved), "");
    // The keystore has lost the anchor, or the object, and the log has the leaf.
    keystore::Anchors(*keystore).continue_after(0, 2);
    EXPECT_EQ(anchored(first), first);
    moved = second;
    moved.about = Bytes{3, 2, 1};
    EXPECT_EQ(error_of(moved), other_leaf);
    keystore->database().run("DELETE FROM object WHERE id = ?1", {second.id});
    EXPECT_EQ(anchored(second), second);
    EXPECT_EQ(log_size(), 2U);
}

// The leaf that a record was given, kept since it was assigned, is looked for in the files all the same.
TEST_F(AnchorerTest, NoRecordLeavesWhoseLeafIsNotInTheFiles) {
    Anchorer anchorer(home, *keystore);
    Batch batch({add_object(), add_object()});
    anchorer.assign(batch.requests);
    EXPECT_FALSE(fs::exists(home.log() / "checkpoint"));
    keystore->database().run("UPDATE leaf SET data = ?1 WHERE number = 1", {Digest{7}});
    anchorer.publish(batch.requests);
    EXPECT_EQ(batch.error(0), "");
    EXPECT_EQ(batch.error(1), other_leaf);

    // Anchored earlier, and then the files are damaged or gone.
    const record::Object record = batch.record(0);
    const fs::path tile = home.log() / "tile/0/000.p/2";
    const std::optional<Bytes> good = read_file(tile, 64);
    Bytes bad = good.value();
    bad[40] ^= 1;
    const auto expect_stopped = [&](const std::string& message) {
        Batch later({record});
        anchorer.assign(later.requests);
        try {
            anchorer.publish(later.requests);
            ADD_FAILURE() << message;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::failed);
            EXPECT_EQ(std::string(error.what()), message);
        }
    };
    write_file_atomically(tile, bad, 0644);
    expect_stopped("the log's tiles do not match its checkpoint");
    write_file_atomically(tile, *good, 0644);
    EXPECT_EQ(anchored(record), record);
    fs::remove_all(home.log());
    expect_stopped("the log is missing: its folder has no checkpoint");
}

TEST_F(AnchorerTest, TheNextBatchIsAssignedWhileOneIsPublished) {
    Anchorer anchorer(home, *keystore);
    std::list<Batch> batches;
    std::thread publishing;
    for (int b = 0; b < 5; ++b) {
        std::vector<record::Object> records;
        for (int i = 0; i < 3; ++i)
            records.push_back(add_object());
        Batch& batch = batches.emplace_back(records);
        anchorer.assign(batch.requests);
        if (publishing.joinable()) publishing.join();
        publishing = std::thread([&] { anchorer.publish(batch.requests); });
    }
    publishing.join();
    EXPECT_EQ(log_size(), 15U);
    std::uint64_t index = 0;
    for (const Batch& batch : batches) {
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_EQ(batch.error(i), "");
            EXPECT_EQ(batch.objects[i].anchor->index, index++);
            EXPECT_TRUE(is_in_log(batch.objects[i]));
        }
    }
}

TEST_F(AnchorerTest, WhatAnEarlierRunAssignedIsPublishedFirst) {
    const record::Object record = add_object();
    Batch killed({record});
    Anchorer(home, *keystore).assign(killed.requests);
    const record::Object out = anchored(record);
    EXPECT_EQ(out.anchor, killed.objects[0].anchor);
    EXPECT_TRUE(is_in_log(out));
}

}  // namespace
}  // namespace msh::custodian
