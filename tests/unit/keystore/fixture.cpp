#include "unit/keystore/fixture.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hpp"
#include "crypto/object_key.hpp"

namespace msh::keystore::test {

Key key_of(std::uint8_t byte) {
    Key key;
    std::fill(key.writable().begin(), key.writable().end(), byte);
    return key;
}

Digest digest_of(std::uint64_t number) {
    Digest digest{};
    // Spread like a real digest, so that indexes are filled at random places.
    std::uint64_t state = number * 0x9e3779b97f4a7c15 + 1;
    for (std::size_t i = 0; i < digest.size(); i += 8) {
        state ^= state >> 29;
        state *= 0xbf58476d1ce4e5b9;
        store_big_endian(state ^ number, MutableBytes(digest).subspan(i, 8));
    }
    return digest;
}

Id id_of(std::uint64_t number) {
    const Digest digest = digest_of(number + (1ull << 40));
    Id id{};
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

StudyEpoch name_of(const StudyForWriting& study, std::string_view issuer) {
    return {study.study, study.epoch, crypto::study_commitment(study.study_secret), std::string(issuer)};
}

record::ObjectName object_name(std::uint64_t number) {
    return {id_of(number), digest_of(number + (2ull << 40))};
}

record::Object object_of(std::uint64_t number, const StudyForWriting& study) {
    record::Object object;
    object.id = id_of(number);
    object.study = study.study;
    object.epoch = study.epoch;
    object.profile = "basic";
    object.payload.size = 524'288 + number;
    object.payload.path = "/var/lib/msh/spool/" + std::to_string(number);
    object.kc = object_name(number).kc;
    object.about = Bytes(1084, static_cast<std::uint8_t>(number));
    object.sealed = Bytes(1084, static_cast<std::uint8_t>(number + 1));
    return object;
}

record::Object full_object(std::uint64_t number, const StudyForWriting& study) {
    record::Object object = object_of(number, study);
    object.payload.cid = "bafkpayload";
    object.replaces = digest_of(1);
    object.original = record::Payload{99, "/spool/original", "bafkoriginal"};
    object.anchor = record::Anchor{"elsewhere.example/log", 7, digest_of(2), Bytes{1, 2, 3}};
    return object;
}

NewObject new_object_of(std::uint64_t number, const StudyForWriting& study) {
    return {object_of(number, study), digest_of(number + (3ull << 40)), digest_of(number + (4ull << 40)), "rules/1"};
}

void KeystoreTest::SetUp() {
    ASSERT_TRUE(Keystore::create(path(), master, own_origin));
}

StudyForWriting KeystoreTest::study(Keystore& keystore, std::uint64_t lookup) {
    return Studies(keystore).get_or_create({"default", "basic", digest_of(lookup), false}).value();
}

StudyForWriting KeystoreTest::receive(Keystore& keystore, const Id& id, std::uint8_t secret, std::uint64_t epoch,
                                      std::string_view issuer) {
    StudyForWriting study;
    study.study = id;
    study.epoch = epoch;
    study.study_secret = key_of(secret);
    EXPECT_TRUE(Studies(keystore).receive({id, epoch, "basic", study.study_secret, issuer}));
    return study;
}

void KeystoreTest::commit(Keystore& keystore, const StudyForWriting& to, std::uint64_t from, std::uint64_t count) {
    std::vector<NewObject> batch;
    for (std::uint64_t number = from; number < from + count; ++number)
        batch.push_back(new_object_of(number, to));
    for (const Committed& committed : Objects(keystore).commit_new(batch)) {
        ASSERT_EQ(committed.outcome, Committed::Outcome::stored);
    }
}

std::optional<Shredded> shred(Keystore& keystore, const Id& study, const Key& next,
                              const std::filesystem::path& tombstones) {
    Shredding shredding(keystore);
    return shredding.shred(study, shredding.of_id(study), next, tombstones);
}

std::int64_t number_of(Keystore& keystore, const record::Object& record) {
    return Objects(keystore).candidates_for(record).at(0).number;
}

ErrorKind kind_of_error(const std::function<void()>& call, std::string* message) {
    try {
        call();
    } catch (const Error& error) {
        if (message != nullptr) *message = error.what();
        return error.kind();
    }
    throw std::logic_error("no error was thrown");
}

void in_processes(int count, const std::function<void(int)>& work) {
    std::vector<pid_t> children;
    for (int i = 0; i < count; ++i) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            int code = 1;
            try {
                work(i);
                code = ::testing::Test::HasFailure() ? 2 : 0;
            } catch (const std::exception& error) {
                std::fprintf(stderr, "process %d: %s\n", i, error.what());
            }
            ::_exit(code);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
    }
}

std::size_t count_in_raw_files(const std::filesystem::path& database, std::span<const Bytes> needles) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        Bytes all;
        for (const char* suffix : {"", "-wal", "-shm"}) {
            append(all, read_file(database.string() + suffix, 1u << 30).value_or(Bytes()));
        }
        std::size_t found = 0;
        for (const Bytes& needle : needles) {
            if (::memmem(all.data(), all.size(), needle.data(), needle.size()) != nullptr) ++found;
        }
        ::_exit(::write(ends[1], &found, sizeof found) == sizeof found ? 0 : 1);
    }
    ::close(ends[1]);
    std::size_t found = 0;
    const bool told = ::read(ends[0], &found, sizeof found) == sizeof found;
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    if (!told) throw std::runtime_error("the raw files could not be read");
    return found;
}

}  // namespace msh::keystore::test
