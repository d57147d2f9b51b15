#include "log/reader.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <initializer_list>
#include <random>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "log/proof.hpp"
#include "log/writer.hpp"
#include "merkle/proof.hpp"
#include "support/temporary_folder.hpp"
#include "unit/log/support.hpp"

namespace msh::log {
namespace {

namespace fs = std::filesystem;

// A log, published at each of these sizes.
class ReaderTest : public ::testing::Test {
  protected:
    void publish(std::initializer_list<std::uint64_t> sizes) {
        Writer writer(path(), test::signer());
        for (const std::uint64_t size : sizes) {
            writer.append(test::leaves(writer.size(), size));
            checkpoints.push_back(writer.publish());
        }
    }
    [[nodiscard]] fs::path path() const { return folder_.path(); }
    [[nodiscard]] Reader reader(ErrorKind damage = ErrorKind::input) const { return {path(), test::trust(), damage}; }

    void flip(const std::string& name, std::size_t at) {
        std::string text = test::read_text(path() / name);
        text.at(at) = static_cast<char>(text.at(at) ^ 0x40);
        test::write_text(path() / name, text);
    }

    std::vector<Checkpoint> checkpoints;

  private:
    msh::test::TemporaryFolder folder_;
};

template <typename Action>
void expect_error(ErrorKind kind, const std::string& message, Action action) {
    try {
        action();
        ADD_FAILURE() << "expected: " << message;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), kind);
        EXPECT_EQ(std::string(error.what()), message);
    }
}

void expect_leaf(Reader& reader, ProofVerifier& verifier, std::uint64_t index) {
    const Digest leaf = test::leaves(index, index + 1)[0];
    EXPECT_TRUE(reader.contains(index, leaf)) << index;
    EXPECT_FALSE(reader.contains(index, test::leaves(index + 1, index + 2)[0])) << index;
    const auto result = verifier.verify(reader.proof(index, leaf).value(), leaf);
    ASSERT_TRUE(std::holds_alternative<VerifiedProof>(result)) << index;
    EXPECT_EQ(std::get<VerifiedProof>(result).index, index);
    EXPECT_EQ(std::get<VerifiedProof>(result).checkpoint.note, reader.checkpoint().note);
}

TEST_F(ReaderTest, ProvesEveryLeafAtSeveralSizes) {
    Writer writer(path(), test::signer());
    for (const std::uint64_t size : {1U, 2U, 3U, 255U, 256U, 257U, 511U, 512U, 513U, 600U, 1025U}) {
        writer.append(test::leaves(writer.size(), size));
        writer.publish();
        Reader reader = this->reader();
        ProofVerifier verifier(test::trust());
        ASSERT_EQ(reader.size(), size);
        for (std::uint64_t i = 0; i < size; ++i) {
            expect_leaf(reader, verifier, i);
            EXPECT_EQ(reader.leaf(i), test::leaves(i, i + 1)[0]);
        }
        EXPECT_FALSE(reader.contains(size, test::leaves(size, size + 1)[0]));
        expect_error(ErrorKind::input, "the log has no leaf with that index", [&] { (void)reader.leaf(size); });
        EXPECT_FALSE(reader.proof(size, test::leaves(0, 1)[0]));
    }
}

TEST_F(ReaderTest, ProvesLeavesOfALargerLogInAnyOrder) {
    publish({70000});
    Reader reader = this->reader();
    ProofVerifier verifier(test::trust());
    std::mt19937 random(3);
    for (int i = 0; i < 1000; ++i)
        expect_leaf(reader, verifier, random() % 70000);
    for (const std::uint64_t i : {0U, 255U, 256U, 65535U, 65536U, 69887U, 69888U, 69999U}) {
        expect_leaf(reader, verifier, i);
        EXPECT_EQ(reader.leaf(i), test::leaves(i, i + 1)[0]);
    }
}

TEST_F(ReaderTest, KeepsToItsCheckpointWhileTheLogGrows) {
    publish({300});
    Reader old = reader();
    publish({320, 1000});
    ASSERT_FALSE(fs::exists(path() / "tile/0/001.p"));
    ProofVerifier verifier(test::trust());
    for (std::uint64_t i = 0; i < 300; ++i)
        expect_leaf(old, verifier, i);
    EXPECT_EQ(old.leaf(299), test::leaves(299, 300)[0]);
    EXPECT_EQ(old.size(), 300U);
}

void expect_extends_alone(Reader& reader, const Checkpoint& older) {
    EXPECT_TRUE(reader.extends(older)) << older.size;
    EXPECT_EQ(reader.root(older.size), older.root);
    Checkpoint other = older;
    other.root[0] ^= 1;
    EXPECT_FALSE(reader.extends(other));
    other = older;
    other.origin += "x";
    EXPECT_FALSE(reader.extends(other));
}

void expect_consistent(Reader& reader, const Checkpoint& older, const Checkpoint& newer) {
    if (older.size == 0 || older.size > newer.size) {
        EXPECT_THROW((void)reader.consistency_proof(older.size, newer.size), Error);
        return;
    }
    const auto proof = reader.consistency_proof(older.size, newer.size);
    EXPECT_TRUE(merkle::verify_consistency(older.size, newer.size, proof, older.root, newer.root))
        << older.size << " to " << newer.size;
}

TEST_F(ReaderTest, ExtendsItsOwnPastAlone) {
    publish({0, 1, 2, 255, 256, 257, 700, 66000});
    Reader reader = this->reader();
    for (const Checkpoint& older : checkpoints) {
        expect_extends_alone(reader, older);
        for (const Checkpoint& newer : checkpoints)
            expect_consistent(reader, older, newer);
    }
    Checkpoint beyond = checkpoints.back();
    beyond.size += 1;
    EXPECT_FALSE(reader.extends(beyond));
    expect_error(ErrorKind::input, "the log has fewer leaves than that", [&] { (void)reader.root(66001); });
}

TEST_F(ReaderTest, BelievesNoDamagedTile) {
    publish({70000});
    const std::string message = "the log's tiles do not match its checkpoint";
    const std::vector<std::pair<const char*, std::uint64_t>> cases{// a tile, and a leaf whose path goes through it
                                                                   {"tile/0/001", 300},
                                                                   {"tile/1/000", 300},
                                                                   {"tile/1/001.p/17", 300},
                                                                   {"tile/2/000.p/1", 66000}};
    for (const auto& [name, index] : cases) {
        const std::string good = test::read_text(path() / name);
        const Digest leaf = test::leaves(index, index + 1)[0];
        flip(name, good.size() / 2);
        expect_error(ErrorKind::input, message, [&, i = index] { (void)reader().contains(i, leaf); });
        expect_error(ErrorKind::failed, message,
                     [&, i = index] { (void)reader(ErrorKind::failed).inclusion_proof(i); });
        test::write_text(path() / name, good);
        EXPECT_TRUE(reader().contains(index, leaf));
    }
    flip("tile/1/000", 100);
    expect_error(ErrorKind::input, message, [&] { (void)reader().root(1024); });
    expect_error(ErrorKind::input, message, [&] { (void)reader().consistency_proof(1024, 1500); });
}

// A tile is verified as a whole, once; what is read anew is verified anew.
TEST_F(ReaderTest, VerifiesEveryTileItHolds) {
    publish({70000});
    const ReadFile in_folder = files_in(path(), ErrorKind::input);
    std::set<std::string> lies;
    std::size_t reads = 0;
    const ReadFile read = [&](const std::string& name, std::size_t most) {
        auto bytes = in_folder(name, most);
        ++reads;
        if (lies.contains(name)) bytes->at(0) ^= 1;
        return bytes;
    };
    Reader reader(TileFolder(read, ErrorKind::input), test::trust());
    const std::vector<Digest> all = test::leaves(0, 70000);
    EXPECT_TRUE(reader.contains(300, all[300]));
    lies = {"tile/0/000", "tile/0/001"};
    // The tile of leaf 300 is held; another leaf of it is not the one that is asked for.
    EXPECT_TRUE(reader.contains(511, all[511]));
    EXPECT_FALSE(reader.contains(256, all[257]));
    // A lie about one leaf damages its whole tile, and is not forgotten.
    const std::string message = "the log's tiles do not match its checkpoint";
    for (const std::uint64_t index : {0U, 200U, 200U})
        expect_error(ErrorKind::input, message, [&] { (void)reader.contains(index, all[index]); });
    reads = 0;
    for (std::uint64_t index = 512; index < 70000; ++index)
        ASSERT_TRUE(reader.contains(index, all[index])) << index;
    EXPECT_LT(reads, 300U);
    // There were more tiles than are held.
    expect_error(ErrorKind::input, message, [&] { (void)reader.contains(300, all[300]); });
    expect_error(ErrorKind::input, message, [&] { (void)reader.leaf(300); });
    expect_error(ErrorKind::input, "the log has no leaf with that index", [&] { (void)reader.leaf(70000); });
}

TEST_F(ReaderTest, BelievesNoDamagedEntry) {
    publish({300});
    flip("tile/entries/000", 34 * 5 + 2);
    EXPECT_EQ(reader().leaf(4), test::leaves(4, 5)[0]);
    expect_error(ErrorKind::input, "the log's entries do not match its tiles", [&] { (void)reader().leaf(5); });
    EXPECT_TRUE(reader().contains(5, test::leaves(5, 6)[0]));
    flip("tile/entries/000", 1);
    expect_error(ErrorKind::input, "the log's tile/entries/000 is damaged", [&] { (void)reader().leaf(4); });
    fs::remove(path() / "tile/entries/000");
    expect_error(ErrorKind::input, "the log's tile/entries/000 is missing", [&] { (void)reader().leaf(4); });
}

TEST_F(ReaderTest, OpensNoLogItCannotTrust) {
    expect_error(ErrorKind::input, "the log's checkpoint is missing", [&] { (void)reader(); });
    publish({3});
    expect_error(ErrorKind::input,
                 "the log's checkpoint cannot be trusted: the checkpoint is not signed by the log's key", [&] {
                     Reader(path(), Trust{test::signer(2).verifier(), {}});
                 });
    flip("checkpoint", 20);
    EXPECT_THROW((void)reader(), Error);
}

// As from a web server: what it gives is proved all the same, and what reading throws passes through.
TEST_F(ReaderTest, ReadsFilesFromAnywhere) {
    publish({300});
    std::vector<std::string> names;
    const ReadFile in_folder = files_in(path(), ErrorKind::input);
    const ReadFile noting = [&](const std::string& name, std::size_t most) {
        names.push_back(name);
        return in_folder(name, most);
    };
    Reader far(TileFolder(noting, ErrorKind::input), test::trust());
    ProofVerifier verifier(test::trust());
    for (std::uint64_t index = 0; index < 300; ++index)
        expect_leaf(far, verifier, index);
    std::sort(names.begin(), names.end());
    EXPECT_EQ(names, (std::vector<std::string>{"checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"}));

    const ReadFile too_long = [&](const std::string& name, std::size_t most) {
        auto bytes = in_folder(name, most);
        if (bytes && name != "checkpoint") bytes->push_back(0);
        return bytes;
    };
    Reader damaged(TileFolder(too_long, ErrorKind::input), test::trust());
    expect_error(ErrorKind::input, "the log's tile/0/000 is damaged",
                 [&] { (void)damaged.contains(0, test::leaves(0, 1)[0]); });
    const ReadFile silent = [](const std::string&, std::size_t) -> std::optional<Bytes> {
        throw Error(ErrorKind::again, "does not answer");
    };
    expect_error(ErrorKind::again, "does not answer",
                 [&] { Reader(TileFolder(silent, ErrorKind::input), test::trust()); });
}

}  // namespace
}  // namespace msh::log
