// A keystore that is set back under its log: by a copy of its file, at every step of publishing. Whatever happens, no
// two leaves get one place, and nothing is signed before the keystore has caught up.
#include "custodian/anchoring.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "keystore/anchors.hpp"
#include "keystore/heads.hpp"
#include "log/reader.hpp"
#include "support/temporary_folder.hpp"

namespace msh::custodian {
namespace {

namespace fs = std::filesystem;

class AnchoringTest : public ::testing::Test {
  protected:
    void SetUp() override {
        home.make();
        ASSERT_TRUE(keystore::Keystore::create(home.keystore(), master, "hospital.example/log"));
        open();
    }

    void open() {
        keystore = std::make_unique<keystore::Keystore>(home.keystore());
        keystore->unlock(master);
    }
    // The database, by a copy: as a snapshot of a virtual machine, or cp.
    fs::path save(const std::string& name) {
        keystore.reset();
        fs::path copy = folder.path() / name;
        fs::copy_file(home.keystore(), copy);
        open();
        return copy;
    }
    void set_back(const fs::path& copy) {
        keystore.reset();
        for (const char* suffix : {"", "-wal", "-shm"})
            fs::remove(home.keystore().string() + suffix);
        fs::copy_file(copy, home.keystore());
        open();
    }

    // Assigns leaves to as many new things.
    std::vector<record::Anchor> assign(int count) {
        std::vector<record::Anchor> anchors;
        for (int i = 0; i < count; ++i) {
            Digest ref{};
            crypto::fill_random(ref);
            const keystore::LogSubject thing{"grant", ref};
            anchors.push_back(keystore::Anchors(*keystore).assign({&thing, 1}, leaf_of).front().anchor);
        }
        return anchors;
    }
    static Digest leaf_of(std::size_t /*position*/, const Digest& salt) { return crypto::sha256(salt); }

    std::string checkpoint() {
        const auto text = read_file(home.log() / "checkpoint", 4096);
        return text ? std::string(as_text(*text)) : "";
    }
    std::uint64_t log_size() { return open_log(*keystore, home).size(); }
    void expect_in_log(const std::vector<record::Anchor>& anchors) {
        log::Reader log = open_log(*keystore, home);
        for (const record::Anchor& anchor : anchors)
            EXPECT_TRUE(log.contains(anchor.index, leaf_of(0, anchor.salt))) << anchor.index;
    }

    // Neither of the two goes on, and the log stays as it is.
    void expect_stopped(const std::string& leaf) {
        const std::string before = checkpoint();
        const auto expect_error = [&](const auto& call) {
            try {
                call();
                ADD_FAILURE() << "no error";
            } catch (const Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::failed);
                EXPECT_EQ(std::string(error.what()),
                          "the keystore is older than its log: it does not know leaf " + leaf);
                EXPECT_NE(error.hint().find("--catch-up"), std::string::npos);
            }
        };
        expect_error([&] { require_keystore_up_to_date(*keystore, home); });
        (void)assign(1);  // as of a program that did not ask
        expect_error([&] { publish(*keystore, home); });
        EXPECT_EQ(checkpoint(), before);
    }

    msh::test::TemporaryFolder folder;
    Home home{folder.path() / "home"};
    Key master = crypto::random_key();
    std::unique_ptr<keystore::Keystore> keystore;
};

TEST_F(AnchoringTest, AKillBetweenAnyTwoStepsIsNoOlderKeystore) {
    require_keystore_up_to_date(*keystore, home);  // there is no log yet
    const auto first = assign(3);
    require_keystore_up_to_date(*keystore, home);
    publish(*keystore, home);
    // Assigned, and killed before anything was written.
    const auto second = assign(300);
    const fs::path assigned = save("assigned");
    require_keystore_up_to_date(*keystore, home);
    publish(*keystore, home);
    // Killed when the checkpoint was written and the head was not noted: the same keystore under the longer log.
    set_back(assigned);
    EXPECT_EQ(keystore::Heads(*keystore).newest(log_key(*keystore).text())->size, 3u);
    require_keystore_up_to_date(*keystore, home);
    publish(*keystore, home);
    EXPECT_EQ(keystore::Heads(*keystore).newest(log_key(*keystore).text())->size, 303u);
    // And with more assigned meanwhile.
    set_back(assigned);
    const auto third = assign(2);
    require_keystore_up_to_date(*keystore, home);
    publish(*keystore, home);
    EXPECT_EQ(log_size(), 305u);
    for (const auto& anchors : {first, second, third})
        expect_in_log(anchors);
}

TEST_F(AnchoringTest, AKeystoreThatWasSetBackSignsNothingUntilItHasCaughtUp) {
    const fs::path fresh = save("fresh");
    const auto first = assign(2);
    publish(*keystore, home);
    const fs::path two = save("two");
    const auto unpublished = assign(3);
    const fs::path five = save("five");
    publish(*keystore, home);
    const auto later = assign(4);
    publish(*keystore, home);
    ASSERT_EQ(log_size(), 9u);

    const struct {
        fs::path copy;
        std::uint64_t known;
    } cases[] = {{fresh, 0}, {two, 2}, {five, 5}};
    std::uint64_t size = 9;
    for (const auto& [copy, known] : cases) {
        set_back(copy);
        expect_stopped(std::to_string(known));
        const CaughtUp caught = catch_up(*keystore, home);
        EXPECT_TRUE(caught.is_continued);
        EXPECT_EQ(caught.first_unknown, known);
        EXPECT_EQ(caught.log_size, size);
        require_keystore_up_to_date(*keystore, home);
        EXPECT_EQ(log_size(), size);  // nothing was signed
        // What was assigned to a place that was taken has none now; the next one is behind the log.
        const auto next = assign(1);
        EXPECT_EQ(next.front().index, size);
        publish(*keystore, home);
        ++size;
        for (const auto& anchors : {first, unpublished, later, next})
            expect_in_log(anchors);
        const CaughtUp again = catch_up(*keystore, home);
        EXPECT_EQ(again.first_unknown, again.log_size);
    }
    // The five's own leaves are known, under the head it never noted.
    EXPECT_EQ(keystore::Anchors(*keystore).leaves(2, 3).size(), 3u);
}

TEST_F(AnchoringTest, ManyAssignedPlacesDoNotHideIt) {
    const fs::path fresh = save("fresh");
    (void)assign(4);
    publish(*keystore, home);
    set_back(fresh);
    (void)assign(10);  // more than the log has
    expect_stopped("0");
    EXPECT_EQ(catch_up(*keystore, home).first_unknown, 0u);
    EXPECT_EQ(keystore::Anchors(*keystore).size(), 4u);
    publish(*keystore, home);
    EXPECT_EQ(log_size(), 4u);
}

TEST_F(AnchoringTest, ALogThatWasSetBackOrReplacedIsNotCaughtUpWith) {
    (void)assign(2);
    publish(*keystore, home);
    fs::copy(home.log(), folder.path() / "old", fs::copy_options::recursive);
    const fs::path two = save("two");
    (void)assign(2);
    publish(*keystore, home);
    fs::copy(home.log(), folder.path() / "new", fs::copy_options::recursive);

    fs::remove_all(home.log());
    fs::copy(folder.path() / "old", home.log(), fs::copy_options::recursive);
    EXPECT_FALSE(catch_up(*keystore, home).is_continued);
    EXPECT_EQ(keystore::Anchors(*keystore).size(), 4u);
    (void)assign(1);
    EXPECT_THROW(publish(*keystore, home), Error);

    // Two keystores of one past, each with a log of its own.
    set_back(two);
    (void)assign(3);
    publish(*keystore, home);
    fs::remove_all(home.log());
    fs::copy(folder.path() / "new", home.log(), fs::copy_options::recursive);
    EXPECT_FALSE(catch_up(*keystore, home).is_continued);
    (void)assign(1);
    EXPECT_THROW(publish(*keystore, home), Error);
}

}  // namespace
}  // namespace msh::custodian
