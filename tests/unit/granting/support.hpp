// Custodians with a keystore and a log each, and objects as msh-encrypt, msh-put and msh-anchor leave them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/temporary_file.hpp"
#include "custodian/home.hpp"
#include "granting/grant_files.hpp"
#include "granting/grant_writer.hpp"
#include "granting/recipients.hpp"
#include "keystore/grants.hpp"
#include "keystore/keystore.hpp"
#include "record/grant.hpp"
#include "record/object.hpp"
#include "support/fake_program.hpp"
#include "support/temporary_folder.hpp"

namespace msh::granting::test {

// What an object to be made is like.
struct Like {
    std::uint8_t study = 1;  // by its look-up
    std::string patient = "4711";
    std::string project = "default";
    std::string profile = "basic";
    bool is_anchored = true;
};

class Custodian {
  public:
    Custodian(const std::filesystem::path& root, const std::string& origin);

    // The object's plaintext is plain(record.id). Its payload is a file in the spool.
    record::Object add_object(const Like& like = {});
    [[nodiscard]] std::string fingerprint() const;
    [[nodiscard]] Recipient recipient() const;
    // The grant of these records to one recipient, as it would be written to a file.
    std::filesystem::path grant(const std::vector<record::Object>& records, const Custodian& to,
                                const std::filesystem::path& file, GrantTerms terms = {});
    // Accepts what this issuer granted, and gives the records.
    std::vector<record::Object> accept(const std::filesystem::path& grant, const std::string& issuer);
    // What the keystore knows of.
    [[nodiscard]] std::vector<keystore::GivenGrant> given() const;
    [[nodiscard]] std::vector<keystore::AcceptedContents> accepted() const;
    // The lines of a grant for this custodian, without ends.
    [[nodiscard]] std::vector<std::string> lines_of(const std::filesystem::path& grant) const;

    custodian::Home home;
    std::unique_ptr<keystore::Keystore> keystore;
    msh::test::FakeProgram program;

  private:
    std::uint8_t objects_ = 0;
};

[[nodiscard]] Bytes plain(const Id& object);

class GrantingTest : public ::testing::Test {
  protected:
    msh::test::TemporaryFolder folder;
    Custodian issuer{folder.path() / "issuer", "issuer.example/log"};
    Custodian recipient{folder.path() / "recipient", "recipient.example/log"};
};

// The Error that a call throws.
[[nodiscard]] Error error_of(const std::function<void()>& call);

}  // namespace msh::granting::test
