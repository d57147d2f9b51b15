// Logs whose files are in memory, as of a server that grows, goes back, fails and lies; and a home with a keystore.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "log/key.hpp"
#include "log/reader.hpp"
#include "log/tiles.hpp"
#include "log/writer.hpp"
#include "record/object.hpp"
#include "support/new_keystore.hpp"
#include "support/temporary_folder.hpp"

namespace msh::auditing {

inline Digest leaf(std::uint64_t index) {
    return crypto::sha256(as_bytes("leaf " + std::to_string(index)));
}

class FakeLog {
  public:
    explicit FakeLog(const std::string& name, const Key& seed = crypto::random_key()) : signer_(name, seed) {}

    void append(const std::vector<Digest>& leaves) {
        log::Writer writer(folder_.path(), signer_);
        writer.append(leaves);
        checkpoint = writer.publish();
        files.clear();
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
            if (!entry.is_regular_file()) continue;
            const std::string name = std::filesystem::relative(entry.path(), folder_.path()).string();
            files[name] = read_file(entry.path(), 1U << 20).value();
        }
    }
    // With the leaves leaf(0), leaf(1), ...
    void grow_to(std::uint64_t size) {
        std::vector<Digest> leaves;
        for (std::uint64_t i = checkpoint.size; i < size; ++i)
            leaves.push_back(leaf(i));
        append(leaves);
    }

    // It must outlive what it gives.
    [[nodiscard]] log::ReadFile reader() {
        return [this](const std::string& name, std::size_t /*most*/) -> std::optional<Bytes> {
            ++reads[name];
            if (failure) throw *failure;
            const auto found = files.find(name);
            return found == files.end() ? std::nullopt : std::optional(found->second);
        };
    }
    [[nodiscard]] log::TileFolder folder() { return {reader(), ErrorKind::failed}; }
    [[nodiscard]] log::VerifierKey key() const { return signer_.verifier(); }
    [[nodiscard]] Bytes proof(std::uint64_t index, const Digest& leaf) {
        const std::string text = log::Reader(folder(), {key(), {}}).proof(index, leaf).value();
        return {text.begin(), text.end()};
    }

    log::SignedCheckpoint checkpoint;  // the newest that was published
    std::map<std::string, Bytes> files;
    std::map<std::string, int> reads;
    std::optional<Error> failure;

  private:
    log::Signer signer_;
    msh::test::TemporaryFolder folder_;
};

class AuditTest : public ::testing::Test {
  protected:
    void SetUp() override { keystore = msh::test::new_keystore(home, "own.example/log"); }

    // An object of nobody's, anchored at this index; its leaf is custodian::leaf_data() of it.
    static record::Object object_at(std::uint64_t index, const std::string& origin) {
        record::Object object;
        object.id = crypto::random_id();
        object.profile = "basic";
        object.payload.size = 1;
        object.payload.cid = "bafkpayload";
        object.about = Bytes{1};
        object.anchor = record::Anchor{origin, index, crypto::sha256(object.id), std::nullopt};
        return object;
    }

    template <typename Call>
    static void expect_error(ErrorKind kind, const std::string& message, Call call) {
        try {
            call();
            ADD_FAILURE() << "expected: " << message;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), kind);
            EXPECT_EQ(std::string(error.what()), message);
        }
    }

    msh::test::TemporaryFolder folder;
    custodian::Home home{folder.path() / "home"};
    std::unique_ptr<keystore::Keystore> keystore;
};

}  // namespace msh::auditing
