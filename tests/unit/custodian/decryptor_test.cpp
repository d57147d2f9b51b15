#include "custodian/decryptor.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/stream.hpp"
#include "unit/custodian/object_support.hpp"

namespace msh::custodian {
namespace {

namespace fs = std::filesystem;

class DecryptorTest : public ObjectTest {
  protected:
    std::vector<DecryptRequest> decrypt(const std::vector<record::Object>& objects,
                                        const std::optional<ByteRange>& range = {}) {
        std::vector<DecryptRequest> requests;
        for (const record::Object& object : objects)
            requests.push_back({object});
        Decryptor(home, *keystore, out, range).decrypt(requests);
        return requests;
    }
    DecryptRequest decrypt(const record::Object& object, const std::optional<ByteRange>& range = {}) {
        return decrypt(std::vector{object}, range).front();
    }
    // Why it fails; nothing is left in the folder then.
    std::string failure(const record::Object& object, const std::optional<ByteRange>& range = {},
                        ErrorKind kind = ErrorKind::input) {
        const DecryptRequest request = decrypt(object, range);
        EXPECT_TRUE(names_in(out).empty());
        EXPECT_TRUE(request.file.empty());
        if (!request.error) return {};
        EXPECT_EQ(request.error->kind(), kind);
        return request.error->what();
    }
    // With the byte at this offset changed.
    static void damage(const record::Object& object, std::size_t offset) {
        Bytes payload = read(*object.payload.path);
        payload.at(offset) ^= 1;
        write(*object.payload.path, payload);
    }

    const fs::path out = folder.path() / "out";
};

TEST_F(DecryptorTest, EachFileGetsTheNameOfItsInstance) {
    std::vector<record::Object> objects;
    for (const std::size_t size : {std::size_t{0}, std::size_t{100}, std::size_t{200000}}) {
        const Bytes plain = plain_of(size);
        objects.push_back(seal(plain, about_of(plain, "1.2." + std::to_string(size)), *run));
    }
    const auto requests = decrypt(objects);
    for (const DecryptRequest& request : requests)
        EXPECT_FALSE(request.error);
    EXPECT_EQ(names_in(out), (std::vector<std::string>{"1.2.0.dcm", "1.2.100.dcm", "1.2.200000.dcm"}));
    EXPECT_EQ(requests[2].file, out / "1.2.200000.dcm");
    EXPECT_TRUE(read(requests[2].file) == plain_of(200000));
    EXPECT_TRUE(fs::exists(*objects[2].payload.path));
}

TEST_F(DecryptorTest, ADamagedPayloadLeavesNoFile) {
    constexpr std::size_t chunk = crypto::sealed_chunk_size;
    const Bytes plain = plain_of(200000);
    for (const std::size_t offset : {std::size_t{0}, std::size_t{20}, 16 + chunk + 7, 16 + 3 * chunk + 100}) {
        const record::Object object = seal(plain);
        damage(object, offset);
        EXPECT_FALSE(failure(object).empty()) << offset;
    }
    record::Object cut = seal(plain);
    fs::resize_file(*cut.payload.path, crypto::payload_size(plain.size()) - 1);
    EXPECT_FALSE(failure(cut).empty());
    cut.payload.size -= 1;
    EXPECT_FALSE(failure(cut).empty());
    record::About other = about_of(plain);
    other.sha256[0] ^= 1;
    EXPECT_EQ(failure(seal(plain, other, *run)), "the decrypted file does not match 'about'");
}

TEST_F(DecryptorTest, AFailureConcernsItsRecordAlone) {
    std::vector<record::Object> objects;
    for (const char* const sop : {"1.1", "1.2", "1.3"})
        objects.push_back(seal(plain_of(1000), about_of(plain_of(1000), sop), *run));
    damage(objects[1], 30);
    objects[2].study[0] ^= 1;
    const auto requests = decrypt(objects);
    EXPECT_FALSE(requests[0].error);
    EXPECT_TRUE(requests[1].error);
    EXPECT_TRUE(requests[2].error);
    EXPECT_EQ(names_in(out), std::vector<std::string>{"1.1.dcm"});
}

TEST_F(DecryptorTest, ARangeIsTheBytesThatTheFileHasThere) {
    constexpr std::uint64_t chunk = crypto::stream_chunk_size;
    const Bytes plain = plain_of(2 * chunk + 100);
    const record::Object object = seal(plain);
    for (const ByteRange range : {ByteRange{0, 1}, ByteRange{chunk - 1, 2}, ByteRange{chunk, chunk},
                                  ByteRange{2 * chunk + 99, 1}, ByteRange{5, std::uint64_t{1} << 60}}) {
        const DecryptRequest request = decrypt(object, range);
        ASSERT_FALSE(request.error) << request.error->what();
        EXPECT_EQ(request.file, out / ("1.2.3." + std::to_string(range.offset) + ".part"));
        const std::uint64_t size = std::min<std::uint64_t>(range.length, plain.size() - range.offset);
        EXPECT_TRUE(std::ranges::equal(read(request.file), ByteView(plain).subspan(range.offset, size)));
    }
}

TEST_F(DecryptorTest, ARangeNeedsItsOwnChunksAlone) {
    constexpr std::uint64_t chunk = crypto::stream_chunk_size;
    const record::Object object = seal(plain_of(3 * chunk));
    damage(object, crypto::stream_nonce_size + crypto::sealed_chunk_size + 9);
    EXPECT_FALSE(failure(object, ByteRange{chunk - 1, 2}).empty());
    EXPECT_FALSE(failure(object, ByteRange{chunk, 1}).empty());
    EXPECT_FALSE(decrypt(object, ByteRange{0, chunk}).error);
    EXPECT_FALSE(decrypt(object, ByteRange{2 * chunk, chunk}).error);
}

TEST_F(DecryptorTest, ARangeBehindTheEndFails) {
    const record::Object object = seal(plain_of(100));
    EXPECT_EQ(failure(object, ByteRange{100, 1}), "the range begins behind the file's end");
    record::About longer = about_of(plain_of(100));
    longer.size = 101;
    record::Object other = seal(plain_of(100), longer, *run);
    other.payload.size = crypto::payload_size(100);
    EXPECT_EQ(failure(other, ByteRange{0, 1}), "the payload has another size than 'about' says");
}

TEST_F(DecryptorTest, ANameThatIsTakenIsLeftAlone) {
    fs::create_directory(out);
    write(out / "1.2.3.dcm", as_bytes("somebody's"));
    const record::Object object = seal(plain_of(50));
    const std::string with_id = "1.2.3-" + to_hex(object.id);
    EXPECT_EQ(decrypt(object).file, out / (with_id + ".dcm"));
    EXPECT_EQ(as_text(read(out / "1.2.3.dcm")), "somebody's");

    write(out / (with_id + ".dcm"), as_bytes("somebody's"));
    const std::string with_digest = with_id + "-" + to_hex(crypto::sha256(plain_of(50)));
    EXPECT_EQ(decrypt(object).file, out / (with_digest + ".dcm"));

    write(out / (with_digest + ".dcm"), as_bytes("somebody's"));
    const DecryptRequest request = decrypt(object);
    ASSERT_TRUE(request.error);
    EXPECT_STREQ(request.error->what(), "its file name is already taken");
    EXPECT_EQ(names_in(out).size(), 3U);
}

TEST_F(DecryptorTest, ALinkUnderTheNameIsNotFollowed) {
    fs::create_directory(out);
    write(folder.path() / "target", as_bytes("before"));
    fs::create_symlink(folder.path() / "target", out / "1.2.3.dcm");
    fs::create_symlink(folder.path() / "absent", out / "1.2.4.dcm");
    const record::Object one = seal(plain_of(50));
    const record::Object two = seal(plain_of(50), about_of(plain_of(50), "1.2.4"), *run);
    EXPECT_EQ(decrypt(one).file, out / ("1.2.3-" + to_hex(one.id) + ".dcm"));
    EXPECT_EQ(decrypt(two).file, out / ("1.2.4-" + to_hex(two.id) + ".dcm"));
    EXPECT_EQ(as_text(read(folder.path() / "target")), "before");
    EXPECT_FALSE(fs::exists(folder.path() / "absent"));
    // Not even where it leads to the same content.
    write(folder.path() / "target", plain_of(50));
    EXPECT_EQ(decrypt(one).file, out / ("1.2.3-" + to_hex(one.id) + ".dcm"));
}

TEST_F(DecryptorTest, TheSameFileIsWrittenOnce) {
    const record::Object object = seal(plain_of(50));
    const auto requests = decrypt(std::vector{object, object, seal(plain_of(50))});
    for (const DecryptRequest& request : requests)
        EXPECT_EQ(request.file, out / "1.2.3.dcm");
    EXPECT_EQ(names_in(out).size(), 1U);
}

TEST_F(DecryptorTest, AnInstanceUidIsNoPath) {
    for (const std::string sop : {"../1.2", "1.2/3", "", ".", "1.2\n3"}) {
        const record::Object object = seal(plain_of(1), about_of(plain_of(1), sop), *run);
        EXPECT_EQ(failure(object), "the SOP Instance UID in 'about' is not a UID");
    }
    EXPECT_FALSE(fs::exists(folder.path() / "1.2.dcm"));
}

TEST_F(DecryptorTest, APayloadThatWasFetchedIsRemoved) {
    const RunFolder fetched(home.fetched());
    const record::Object object = seal(plain_of(50), about_of(plain_of(50)), fetched);
    const record::Object damaged = seal(plain_of(50), about_of(plain_of(50)), fetched);
    damage(damaged, 20);
    (void)decrypt(std::vector{object, damaged});
    EXPECT_FALSE(fs::exists(*object.payload.path));
    EXPECT_TRUE(fs::exists(*damaged.payload.path));
}

TEST_F(DecryptorTest, WhatKilledRunsLeftIsRemoved) {
    fs::create_directory(out);
    fs::path left;
    {
        const AtomicFile file(out / "00.dcm", 0600);
        left = file.temporary();
        fs::copy_file(left, folder.path() / "copy");
    }
    fs::rename(folder.path() / "copy", left);
    (void)decrypt(seal(plain_of(1)));
    EXPECT_EQ(names_in(out), std::vector<std::string>{"1.2.3.dcm"});
}

}  // namespace
}  // namespace msh::custodian
