// A custodian with a home folder, whose objects are encrypted, stored and anchored; backups of it, and other homes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "crypto/age.hpp"
#include "custodian/custodian.hpp"
#include "custodian/home.hpp"
#include "custodian/master_key.hpp"
#include "keystore/keystore.hpp"
#include "keystore/studies.hpp"
#include "record/object.hpp"
#include "support/fake_program.hpp"
#include "support/temporary_folder.hpp"

namespace msh::lifecycle::test {

namespace fs = std::filesystem;
using Messages = std::vector<std::string>;

// For homes whose master key is under none.
[[nodiscard]] SecretBytes no_passphrase(const char* prompt);

// What a call throws; an Error with an empty text if it throws none.
[[nodiscard]] Error error_of(const std::function<void()>& call);

class LifecycleTest : public ::testing::Test {
  protected:
    void SetUp() override;

    // Opens the keystore of the home folder anew, unlocked.
    void open();
    void close() { keystore.reset(); }
    [[nodiscard]] Key master_key(const custodian::Home& of) const;

    [[nodiscard]] keystore::StudyForWriting own_study(std::uint8_t lookup);
    // An object of the study with boxes that open and a CID; anchored, and the log published.
    [[nodiscard]] record::Object add_object(const keystore::StudyForWriting& study);
    [[nodiscard]] record::Object add_object(std::uint8_t lookup = 1) { return add_object(own_study(lookup)); }
    [[nodiscard]] std::uint64_t log_size(const custodian::Home& of);

    // A backup to `identity`, in a file of this name.
    [[nodiscard]] fs::path back_up(const std::string& name);
    [[nodiscard]] fs::path identity_file();
    // A copy of the home's log or keystore.
    [[nodiscard]] fs::path copy_log(const std::string& name);
    [[nodiscard]] fs::path copy_keystore(const std::string& name);
    void set_back_keystore(const fs::path& copy);
    // What there is in a folder, without locks.
    [[nodiscard]] static std::vector<std::string> names_in(const fs::path& folder);

    msh::test::TemporaryFolder folder;
    custodian::Home home{folder.path() / "home"};
    crypto::AgeIdentity identity = crypto::AgeIdentity::generate();
    msh::test::FakeProgram program;
    std::unique_ptr<keystore::Keystore> keystore;

  private:
    std::uint8_t objects_ = 0;
};

}  // namespace msh::lifecycle::test
