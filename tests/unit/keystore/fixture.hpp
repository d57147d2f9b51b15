// A keystore in a folder of its own, records to put into it, and processes to fight over it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/shredding.hpp"
#include "keystore/studies.hpp"
#include "record/object.hpp"
#include "support/temporary_folder.hpp"

namespace msh::keystore::test {

inline constexpr std::string_view own_origin = "hospital.example/log";

[[nodiscard]] Key key_of(std::uint8_t byte);
[[nodiscard]] Digest digest_of(std::uint64_t number);
[[nodiscard]] Id id_of(std::uint64_t number);

inline constexpr std::string_view fp_a = "fp-a";  // an issuer's fingerprint

// Of an own study, or of what the issuer granted.
[[nodiscard]] StudyEpoch name_of(const StudyForWriting& study, std::string_view issuer = fp_a);
[[nodiscard]] record::ObjectName object_name(std::uint64_t number);

// The record of an object with boxes of about 1 KiB, deterministic in its number.
[[nodiscard]] record::Object object_of(std::uint64_t number, const StudyForWriting& study);
// The same with every optional field but sealed_sha256.
[[nodiscard]] record::Object full_object(std::uint64_t number, const StudyForWriting& study);
[[nodiscard]] NewObject new_object_of(std::uint64_t number, const StudyForWriting& study);

// A keystore `keystore.db` under the master key key_of(1).
class KeystoreTest : public ::testing::Test {
  protected:
    void SetUp() override;
    [[nodiscard]] std::filesystem::path path() const { return folder.path() / "keystore.db"; }
    [[nodiscard]] std::filesystem::path tombstones() const { return folder.path() / "tombstones"; }
    // The study of a look-up in project "default", profile "basic".
    [[nodiscard]] StudyForWriting study(Keystore& keystore, std::uint64_t lookup = 1);
    // Someone else's study, received under this secret.
    [[nodiscard]] static StudyForWriting receive(Keystore& keystore, const Id& id, std::uint8_t secret,
                                                 std::uint64_t epoch = 1, std::string_view issuer = fp_a);
    // Commits objects with these numbers into a study.
    void commit(Keystore& keystore, const StudyForWriting& to, std::uint64_t from, std::uint64_t count);

    msh::test::TemporaryFolder folder;
    Key master = key_of(1);
};

// Shreds everything of this id.
std::optional<Shredded> shred(Keystore& keystore, const Id& study, const Key& next,
                              const std::filesystem::path& tombstones);

struct Unlocked : Keystore {
    Unlocked(const std::filesystem::path& path, const Key& master) : Keystore(path) { unlock(master); }
};

// The keystore unlocked, with a study of its own.
class OwnStudyTest : public KeystoreTest {
  protected:
    void SetUp() override {
        KeystoreTest::SetUp();
        keystore = std::make_unique<Unlocked>(path(), master);
        own = study(*keystore);
    }
    Committed::Outcome commit_one(const NewObject& object) {
        return Objects(*keystore).commit_new(std::span(&object, 1)).front().outcome;
    }
    std::unique_ptr<Unlocked> keystore;
    StudyForWriting own;
};

// The number of the object that a record is of.
[[nodiscard]] std::int64_t number_of(Keystore& keystore, const record::Object& record);

// The kind of the Error a call throws; nothing else than an Error passes.
[[nodiscard]] ErrorKind kind_of_error(const std::function<void()>& call, std::string* message = nullptr);

// Runs `work` in this many processes at once; fails the test where one does not end well.
void in_processes(int count, const std::function<void(int)>& work);

// How many of these are in the raw bytes of the database and its side files. Another process reads them, so that no
// lock of this one is dropped.
[[nodiscard]] std::size_t count_in_raw_files(const std::filesystem::path& database, std::span<const Bytes> needles);

}  // namespace msh::keystore::test
