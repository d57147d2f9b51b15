#include "custodian/sealing.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "crypto/stream.hpp"
#include "custodian/opening.hpp"
#include "custodian/payload_places.hpp"
#include "unit/custodian/object_support.hpp"

namespace msh::custodian {
namespace {

namespace fs = std::filesystem;

using SealingTest = ObjectTest;

TEST_F(SealingTest, WhatWasSealedIsOpenedAgain) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{70000}, std::size_t{3} << 20}) {
        for (const unsigned threads : {1U, 2U}) {
            const Bytes plain = plain_of(size);
            const record::About about = about_of(plain);
            const record::Object object = seal(plain, about, *run, threads);
            EXPECT_EQ(object.study, study.study);
            EXPECT_EQ(object.profile, "basic");
            EXPECT_EQ(object.payload.path, run->place(object.id).string());
            EXPECT_EQ(object.payload.size, fs::file_size(*object.payload.path));

            const Key secret = Opener(*keystore).study_secret(object);
            const record::About opened = open_about(object, secret);
            EXPECT_EQ(opened.sop, about.sop);
            EXPECT_EQ(opened.sha256, about.sha256);
            EXPECT_EQ(record::first_value(open_sealed(*keystore, object).attributes, "00100010"), "Doe");
            Bytes decrypted;
            const FileDescriptor file = open_any_payload(object);
            (void)decrypt_payload([&](MutableBytes into) { return read_some(file.get(), into); }, object, secret,
                                  opened, threads, [&](ByteView part) { append(decrypted, part); });
            EXPECT_TRUE(decrypted == plain) << size;
        }
    }
}

TEST_F(SealingTest, EachObjectHasItsOwnIdAndKey) {
    const Bytes plain = plain_of(100);
    const record::Object one = seal(plain);
    const record::Object two = seal(plain);
    EXPECT_NE(one.id, two.id);
    EXPECT_NE(one.kc, two.kc);
    EXPECT_NE(read(*one.payload.path), read(*two.payload.path));
}

TEST_F(SealingTest, WhatIsNotFinishedLeavesNoFile) {
    {
        Sealer sealer(study, *run, 1);
        sealer.write(plain_of(300000));
        EXPECT_EQ(names_in(run->path()).size(), 2U);  // with the lock
    }
    EXPECT_EQ(names_in(run->path()), std::vector<std::string>{"lock"});
}

TEST_F(SealingTest, TheFileIsItsOwnersAlone) {
    const record::Object object = seal(plain_of(1));
    EXPECT_EQ(fs::status(*object.payload.path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(SealingTest, AFolderThatIsGoneIsAFailure) {
    fs::remove_all(run->path());
    try {
        const Sealer sealer(study, *run, 1);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::failed);
    }
}

}  // namespace
}  // namespace msh::custodian
