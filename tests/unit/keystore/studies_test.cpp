#include "keystore/studies.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "crypto/object_key.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

class StudiesTest : public KeystoreTest {};

bool same(const Key& a, const Key& b) {
    return constant_time_equal(a.view(), b.view());
}

ReceivedStudy received(std::uint64_t number, std::uint64_t epoch, std::uint8_t secret) {
    return {id_of(number), epoch, "basic", key_of(secret), "fingerprint-of-a"};
}

TEST_F(StudiesTest, AreMadeOnceAndFoundAgain) {
    Unlocked keystore(path(), master);
    const std::vector<StudyRequest> requests = {{"default", "basic", digest_of(1), false},
                                                {"trial", "basic", digest_of(2), false},
                                                {"default", "basic", digest_of(1), false}};
    const auto studies = Studies(keystore).get_or_create(requests);
    ASSERT_EQ(studies.size(), 3u);
    EXPECT_EQ(studies[0]->study, studies[2]->study);
    EXPECT_TRUE(same(studies[0]->study_secret, studies[2]->study_secret));
    EXPECT_NE(studies[0]->study, studies[1]->study);
    EXPECT_FALSE(same(studies[0]->study_secret, studies[1]->study_secret));
    EXPECT_FALSE(same(studies[0]->study_secret, studies[0]->seal_secret));
    EXPECT_EQ(studies[0]->epoch, 1u);

    Unlocked later(path(), master);
    const StudyForWriting found = study(later, 1);
    EXPECT_EQ(found.study, studies[0]->study);
    EXPECT_TRUE(same(found.seal_secret, studies[0]->seal_secret));
    const auto info = Studies(later).info(studies[1]->study);
    EXPECT_EQ(info->project, "trial");
    EXPECT_EQ(info->profile, "basic");
    EXPECT_FALSE(Studies(later).info(id_of(77)));
}

TEST_F(StudiesTest, WithoutTheCurrentSecretANewEpochBegins) {
    Unlocked keystore(path(), master);
    const StudyForWriting first = study(keystore);
    keystore.database().run("UPDATE secret SET study_wrapped = NULL");
    const StudyForWriting second = study(keystore);
    EXPECT_EQ(second.study, first.study);
    EXPECT_EQ(second.epoch, 2u);
    EXPECT_FALSE(same(second.study_secret, first.study_secret));
    EXPECT_FALSE(same(second.seal_secret, first.seal_secret));
    EXPECT_EQ(study(keystore).epoch, 2u);
    // The former epoch can still be sealed open.
    const auto former = Studies(keystore).secrets(first.study, 1);
    EXPECT_FALSE(former->study_secret);
    EXPECT_TRUE(same(*former->seal_secret, first.seal_secret));
}

TEST_F(StudiesTest, ReceivedSecretsReplaceNothing) {
    Unlocked keystore(path(), master);
    Studies studies(keystore);
    EXPECT_TRUE(studies.receive(received(1, 3, 50)));
    EXPECT_FALSE(studies.receive(received(1, 3, 50)));
    const StudyEpoch name{id_of(1), 3, crypto::study_commitment(key_of(50)), "fingerprint-of-a"};
    const auto held = studies.secrets(name);
    EXPECT_EQ(held->name, name);
    EXPECT_TRUE(same(*held->study_secret, key_of(50)));
    EXPECT_FALSE(held->seal_secret);
    EXPECT_EQ(held->issuer, "fingerprint-of-a");
    EXPECT_FALSE(studies.info(name)->project);
    EXPECT_TRUE(studies.receive(received(1, 4, 52)));
    ReceivedStudy other_profile = received(1, 3, 50);
    other_profile.profile = "identified";
    EXPECT_EQ(kind_of_error([&] { studies.receive(other_profile); }), ErrorKind::input);
    EXPECT_FALSE(studies.secrets(id_of(1), 3));  // no own one
    EXPECT_FALSE(studies.info(id_of(1)));
}

// Two issuers may give out studies of one id, as ids are public: neither is in the other's way.
TEST_F(StudiesTest, OneIdMayBeSeveralStudies) {
    Unlocked keystore(path(), master);
    Studies studies(keystore);
    EXPECT_TRUE(studies.receive(received(1, 3, 50)));
    ReceivedStudy other = received(1, 3, 51);
    other.issuer = "fingerprint-of-b";
    other.profile = "identified";
    EXPECT_TRUE(studies.receive(other));
    const auto all = studies.all_secrets(id_of(1), 3);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_TRUE(same(*all[0].study_secret, key_of(50)));
    EXPECT_EQ(all[0].issuer, "fingerprint-of-a");
    EXPECT_TRUE(same(*all[1].study_secret, key_of(51)));
    EXPECT_EQ(all[1].issuer, "fingerprint-of-b");
    EXPECT_EQ(studies.info(all[0].name)->profile, "basic");
    EXPECT_EQ(studies.info(all[1].name)->profile, "identified");
    EXPECT_TRUE(studies.all_secrets(id_of(1), 4).empty());
}

// Whoever was granted a secret can give it out too: what he says of the study is said by him alone.
TEST_F(StudiesTest, OneSecretMayBeTheStudiesOfSeveralIssuers) {
    Unlocked keystore(path(), master);
    Studies studies(keystore);
    EXPECT_TRUE(studies.receive(received(1, 3, 50)));
    ReceivedStudy other = received(1, 3, 50);
    other.issuer = "fingerprint-of-b";
    other.profile = "identified";
    EXPECT_TRUE(studies.receive(other));
    EXPECT_FALSE(studies.receive(other));
    StudyEpoch name{id_of(1), 3, crypto::study_commitment(key_of(50)), "fingerprint-of-b"};
    EXPECT_EQ(studies.secrets(name)->issuer, "fingerprint-of-b");
    EXPECT_EQ(studies.info(name)->profile, "identified");
    name.issuer = "fingerprint-of-a";
    EXPECT_EQ(studies.secrets(name)->name, name);
    EXPECT_EQ(studies.info(name)->profile, "basic");
    EXPECT_EQ(studies.all_secrets(id_of(1), 3).size(), 2u);
    for (const auto& nobody : {std::optional<std::string>(), std::optional<std::string>("c")}) {
        name.issuer = nobody;
        EXPECT_FALSE(studies.secrets(name));
        EXPECT_FALSE(studies.info(name));
    }
    // An own study is nobody else's.
    const StudyForWriting own = study(keystore);
    EXPECT_FALSE(studies.receive({own.study, 1, "basic", own.study_secret, "fingerprint-of-b"}));
    EXPECT_FALSE(studies.all_secrets(own.study, 1).at(0).name.issuer);
}

// Whoever was granted an own study must not be able to choose a secret that later objects are encrypted under, nor
// stand in its way.
TEST_F(StudiesTest, OwnStudiesTakeBackOnlyWhatTheyHad) {
    Unlocked keystore(path(), master);
    Studies studies(keystore);
    const StudyForWriting own = study(keystore);
    for (const std::uint64_t epoch : {1, 2}) {
        EXPECT_TRUE(studies.receive({own.study, epoch, "basic", key_of(60), "fingerprint-of-a"}));
        EXPECT_TRUE(same(study(keystore).study_secret, own.study_secret));
        EXPECT_TRUE(same(*studies.secrets(own.study, 1)->study_secret, own.study_secret));
        EXPECT_FALSE(studies.secrets(own.study, 2));
        EXPECT_TRUE(same(*studies.all_secrets(own.study, 1).front().study_secret, own.study_secret));
        EXPECT_EQ(studies.info(own.study)->epoch, 1u);
        EXPECT_EQ(studies.info(own.study)->project, "default");
    }
    keystore.database().run("UPDATE secret SET study_wrapped = NULL WHERE seal_wrapped IS NOT NULL");
    EXPECT_TRUE(studies.receive({own.study, 1, "basic", own.study_secret, "fingerprint-of-a"}));
    EXPECT_TRUE(same(*studies.secrets(own.study, 1)->study_secret, own.study_secret));
    const StudyForWriting next = study(keystore);
    EXPECT_EQ(next.epoch, 2u);
    EXPECT_FALSE(same(next.study_secret, own.study_secret));
    EXPECT_FALSE(same(next.study_secret, key_of(60)));
}

TEST_F(StudiesTest, EightProcessesMakeEachStudyOnce) {
    constexpr std::uint64_t count = 40;
    in_processes(8, [&](int process) {
        Unlocked keystore(path(), master);
        Bytes seen;
        for (std::uint64_t lookup = 0; lookup < count; ++lookup) {
            // Some alone, some in batches that others make at the same time.
            const std::vector<StudyRequest> requests = {{"default", "basic", digest_of(lookup), false},
                                                        {"trial", "basic", digest_of(count - lookup), false}};
            const auto made = Studies(keystore).get_or_create(requests);
            append(seen, made[0]->study);
            append(seen, made[0]->study_secret.view());
            append(seen, made[1]->study);
        }
        write_file_atomically(folder.path() / ("seen" + std::to_string(process)), seen, 0600);
    });
    const auto first = read_file(folder.path() / "seen0", 1u << 20);
    ASSERT_TRUE(first);
    for (int process = 1; process < 8; ++process) {
        EXPECT_EQ(read_file(folder.path() / ("seen" + std::to_string(process)), 1u << 20), first);
    }
    Keystore keystore(path());
    db::Query rows = keystore.database().query("SELECT count(*) FROM study");
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.count(0), count + 1);
}

}  // namespace
}  // namespace msh::keystore::test
