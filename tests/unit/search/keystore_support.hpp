// A home folder with a keystore, to which objects are added as msh-encrypt leaves them.
#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <memory>

#include "crypto/box.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "record/about.hpp"
#include "record/sealed.hpp"
#include "support/new_keystore.hpp"
#include "support/temporary_folder.hpp"

namespace msh::search {

class KeystoreTest : public ::testing::Test {
  protected:
    void SetUp() override { keystore = msh::test::new_keystore(home); }

    Id add_object(bool is_sealed_well = true) {
        const keystore::StudyRequest request{"default", "basic", Digest{1}, false};
        const auto study = keystore::Studies(*keystore).get_or_create(request).value();
        const record::Sealed sealed{
            "1.2",
            1,
            Digest{},
            {{"00100020", {{"PSEUDONYM"}}}},
            {{"00100010", {{"Doe", "Roe"}}}, {"00100020", {{"4711"}}}, {"00081030", std::nullopt}}};
        keystore::NewObject object;
        object.done = object.hint = Digest{++objects};
        record::Object& record = object.record;
        record.id = crypto::random_id();
        record.study = study.study;
        record.profile = "basic";
        record.payload.size = 1;
        record.kc = crypto::object_commitment(study.study_secret, record.id);
        record.about =
            crypto::seal_box(crypto::about_box, study.study_secret, record.id, record::to_json(record::About()));
        record.sealed = crypto::seal_box(crypto::sealed_box, study.seal_secret,
                                         is_sealed_well ? record.id : crypto::random_id(), record::to_json(sealed));
        EXPECT_EQ(keystore::Objects(*keystore).commit_new({&object, 1}).size(), 1U);
        return record.id;
    }

    test::TemporaryFolder folder;
    custodian::Home home{folder.path() / "home"};
    std::unique_ptr<keystore::Keystore> keystore;
    std::uint8_t objects = 0;
};

}  // namespace msh::search
