// A home folder with payloads as msh-encrypt leaves them, and targets to put them into.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "crypto/random.hpp"
#include "custodian/home.hpp"
#include "custodian/payload_places.hpp"
#include "ipfs/payload.hpp"
#include "json/line.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "keystore/targets.hpp"
#include "record/object.hpp"
#include "storage/request.hpp"
#include "storage/target_set.hpp"
#include "support/new_keystore.hpp"
#include "support/temporary_folder.hpp"
#include "unit/storage/fakes.hpp"

namespace msh::storage {

class PutTest : public ::testing::Test {
  protected:
    PutTest() { home.make(); }
    void SetUp() override {
        keystore = msh::test::new_keystore(home);
        places.emplace(home);
    }

    FakeTarget& add_target(const std::string& name) {
        auto target = std::make_unique<FakeTarget>(name);
        FakeTarget& added = *target;
        list.push_back(std::move(target));
        return added;
    }
    TargetSet& open(const std::optional<std::size_t>& at_least = {}) {
        targets = std::make_unique<TargetSet>(list, at_least, program);
        return *targets;
    }

    // A payload of one block in a folder of RUN/ID, and its record, which the keystore knows.
    record::Object add_object(const std::filesystem::path& parent) {
        const keystore::StudyRequest request{"default", "basic", Digest{1}, false};
        const auto study = keystore::Studies(*keystore).get_or_create(request).value();
        keystore::NewObject object;
        object.done = object.hint = object.record.kc = Digest{++objects};
        record::Object& record = object.record;
        record.id = crypto::random_id();
        record.study = study.study;
        record.profile = "basic";
        record.about = Bytes{1, 2, 3};
        record.payload.path = write_payload(parent, record.id).string();
        record.payload.size = text.size();
        EXPECT_EQ(keystore::Objects(*keystore).commit_new({&object, 1}).size(), 1U);
        return record;
    }
    record::Object add_object() { return add_object(home.spool()); }
    std::filesystem::path write_payload(const std::filesystem::path& parent, const Id& object) {
        const std::filesystem::path run = parent / to_hex(crypto::random_id());
        std::filesystem::create_directories(run);
        std::ofstream(run / to_hex(object)) << text;
        return run / to_hex(object);
    }

    // The record as it came, and as it leaves.
    struct Record {
        explicit Record(record::Object from)
            : object(std::move(from)), line(json::Line::parse(record::to_json(object))) {}
        record::Object object;
        json::Line line;
        [[nodiscard]] Request request() { return {object, line}; }
    };

    void mark(const record::Object& object, const FakeTarget& target) {
        const keystore::StoredPayload stored{record::name_of(object), cid.text()};
        keystore::Targets(*keystore).mark(target.keystore_name(), {&stored, 1});
    }
    [[nodiscard]] record::Object known(const record::Object& object) {
        return keystore::Objects(*keystore).get(object.id).value();
    }
    [[nodiscard]] bool is_stored(const record::Object& object, const FakeTarget& target) {
        return keystore::Targets(*keystore).stored({record::name_of(object), cid.text()},
                                                   target.keystore_name().value());
    }
    [[nodiscard]] bool is_missing(const record::Object& object) {
        return keystore::Targets(*keystore).is_missing({record::name_of(object), cid.text()});
    }
    [[nodiscard]] static bool has_file(const record::Object& object) {
        return std::filesystem::exists(object.payload.path.value());
    }

    const std::string text = "a payload of one block";
    const Bytes block{text.begin(), text.end()};
    const ipfs::Cid cid = ipfs::Cid::of(ipfs::Codec::raw, block);
    test::TemporaryFolder folder;
    custodian::Home home{folder.path() / "home"};
    std::unique_ptr<keystore::Keystore> keystore;
    std::optional<custodian::PayloadPlaces> places;
    FakeProgram program;
    std::vector<std::unique_ptr<Target>> list;
    std::unique_ptr<TargetSet> targets;
    std::uint8_t objects = 0;
};

}  // namespace msh::storage
