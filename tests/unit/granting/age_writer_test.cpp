#include "granting/age_writer.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.hpp"
#include "base/temporary_file.hpp"
#include "crypto/age.hpp"
#include "ipfs/cid.hpp"
#include "keystore/grants.hpp"
#include "keystore/identities.hpp"
#include "unit/granting/support.hpp"

namespace msh::granting::test {
namespace {

namespace fs = std::filesystem;

class AgeWriterTest : public GrantingTest {
  protected:
    // What is written of the records; whether that is all of them.
    std::pair<bool, std::vector<fs::path>> write(const std::vector<record::Object>& records, ScopeLimits limits = {}) {
        AgeWriter writer(issuer.home, *issuer.keystore, {out, {recipient.recipient()}, "label", limits},
                         issuer.program);
        std::uint64_t position = 0;
        for (const record::Object& record : records)
            writer.add(++position, record);
        std::vector<fs::path> paths;
        const bool is_complete = writer.write([&](const fs::path& path) { paths.push_back(path); });
        return {is_complete, paths};
    }
    Bytes decrypted(const fs::path& file) {
        const crypto::AgeIdentity identity{
            keystore::Identities(*recipient.keystore).private_key(keystore::Identity::age)};
        Bytes plain;
        crypto::AgeDecryptor decryptor({&identity, 1}, [&](ByteView part) { append(plain, part); });
        decryptor.write(read_file(file, 1 << 20).value());
        decryptor.finish();
        return plain;
    }
    static void flip_byte(const fs::path& file) {
        Bytes bytes = read_file(file, 1 << 20).value();
        bytes[bytes.size() / 2] ^= 1;
        write_file_atomically(file, bytes, 0600);
    }

    const fs::path out = folder.path() / "out";
};

TEST_F(AgeWriterTest, WritesWhatAgeDecrypts) {
    const std::vector<record::Object> records{issuer.add_object(), issuer.add_object({.is_anchored = false})};
    const auto [is_complete, paths] = write(records);
    EXPECT_TRUE(is_complete);
    ASSERT_EQ(paths.size(), 2u);
    for (std::size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(decrypted(paths[i]), plain(records[i].id));
        EXPECT_TRUE(paths[i].filename().string().ends_with("-" + to_hex(records[i].id) + ".dcm.age"));
    }
    ASSERT_EQ(issuer.given().size(), 1u);
    EXPECT_FALSE(issuer.given()[0].statement);
    EXPECT_EQ(issuer.given()[0].records, 2u);
    EXPECT_EQ(keystore::Grants(*issuer.keystore).label_of(issuer.given()[0].id), "label");
    EXPECT_EQ(issuer.program.messages,
              std::vector<std::string>{"note: granted 2 objects of 1 study to 1 recipient, as age files"});
}

TEST_F(AgeWriterTest, OfAPayloadWithAFlippedByteNoFileIsLeft) {
    const auto record = issuer.add_object();
    flip_byte(*record.payload.path);
    const auto [is_complete, paths] = write({record});
    EXPECT_FALSE(is_complete);
    EXPECT_TRUE(paths.empty());
    EXPECT_TRUE(fs::is_empty(out));
    EXPECT_TRUE(issuer.given().empty());
    ASSERT_EQ(issuer.program.messages.size(), 1u);
    EXPECT_TRUE(issuer.program.messages[0].starts_with("error: record 1: "));
}

TEST_F(AgeWriterTest, WhatDidNotLeaveIsNotNotedAsGiven) {
    const auto damaged = issuer.add_object();
    const auto whole = issuer.add_object({.study = 2});
    flip_byte(*damaged.payload.path);
    const auto [is_complete, paths] = write({damaged, whole});
    EXPECT_FALSE(is_complete);
    ASSERT_EQ(paths.size(), 1u);
    EXPECT_EQ(decrypted(paths[0]), plain(whole.id));
    ASSERT_EQ(issuer.given().size(), 1u);
    EXPECT_EQ(issuer.given()[0].records, 1u);
    EXPECT_EQ(issuer.given()[0].studies, 1u);
}

TEST_F(AgeWriterTest, APayloadIsReadFromItsPlaceOrTheOwnStoreAlone) {
    const auto record = issuer.add_object();
    record::Object elsewhere = record;
    elsewhere.payload.path = (folder.path() / "copy").string();
    fs::copy_file(*record.payload.path, *elsewhere.payload.path);
    EXPECT_FALSE(write({elsewhere}).first);
    EXPECT_TRUE(fs::is_empty(out));

    record::Object without_path = record;
    without_path.payload.path.reset();
    ipfs::BlockStore store(issuer.home.store(), ipfs::BlockStore::Access::write);
    store.put(ipfs::Cid::parse(*record.payload.cid).value(), read_file(*record.payload.path, 1 << 20).value());
    keystore::Objects(*issuer.keystore).remove_paths({&record.id, 1});
    EXPECT_EQ(decrypted(write({without_path}).second.at(0)), plain(record.id));
}

TEST_F(AgeWriterTest, OfMoreThanTheLimitsAllowNothingIsWritten) {
    const auto one = issuer.add_object();
    const auto other = issuer.add_object({.patient = "4712"});
    EXPECT_EQ(error_of([&] { (void)write({one, other}); }).kind(), ErrorKind::refused);
    EXPECT_TRUE(fs::is_empty(out));
    EXPECT_TRUE(issuer.given().empty());
    EXPECT_TRUE(write({one}).first);  // and opens nothing else
    EXPECT_EQ(write({one, other}, {.is_any_patient = true}).second.size(), 2u);
    EXPECT_EQ(error_of([&] { (void)write({}); }).kind(), ErrorKind::input);
}

}  // namespace
}  // namespace msh::granting::test
