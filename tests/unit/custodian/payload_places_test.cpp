#include "custodian/payload_places.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/temporary_file.hpp"
#include "support/temporary_folder.hpp"

namespace msh::custodian {
namespace {

namespace fs = std::filesystem;
using Folder = PayloadPlace::Folder;

constexpr Id object{1, 2, 3};
constexpr Id run{7};

class PayloadPlacesTest : public ::testing::Test {
  protected:
    void SetUp() override {
        write(root / "spool");
        write(root / "fetched");
        write(other);
        write_file_atomically(root / "master.key", as_bytes("secret"), 0600);
    }

    // The object's place below the folder, with a payload of six bytes.
    fs::path write(const fs::path& parent) const {
        const fs::path place = parent / to_hex(run) / to_hex(object);
        fs::create_directories(place.parent_path());
        write_file_atomically(place, as_bytes("cipher"), 0600);
        return place;
    }
    [[nodiscard]] std::optional<Folder> found(const PayloadPlaces& places, const fs::path& path) const {
        const auto place = places.find(path, object);
        return place ? std::optional(place->folder) : std::nullopt;
    }
    [[nodiscard]] static bool opens(const PayloadPlaces& places, const fs::path& path, std::uint64_t size = 6) {
        record::Object record;
        record.id = object;
        record.payload = {size, path.string(), {}};
        try {
            return static_cast<bool>(places.open(record));
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            return false;
        }
    }
    [[nodiscard]] fs::path place(const fs::path& parent) const { return parent / to_hex(run) / to_hex(object); }

    const msh::test::TemporaryFolder folder;
    const fs::path root = folder.path() / "home";
    const fs::path other = folder.path() / "other";
    const Home home{root};
    const PayloadPlaces own{home};
    const bool is_made = fs::create_directory(other);
    const PayloadPlaces both{home, std::vector<std::string>{other.string()}};
};

TEST_F(PayloadPlacesTest, AreRunAndIdInAKnownFolder) {
    EXPECT_EQ(found(own, place(root / "spool")), Folder::spool);
    EXPECT_EQ(found(own, place(root / "fetched")), Folder::fetched);
    EXPECT_EQ(found(own, place(other)), std::nullopt);
    EXPECT_EQ(found(both, place(other)), Folder::other);
    EXPECT_TRUE(opens(own, place(root / "spool")));
    EXPECT_TRUE(opens(both, place(other)));
    EXPECT_FALSE(opens(own, place(other)));
    // A file that is gone has its place still.
    fs::remove(place(root / "spool"));
    EXPECT_EQ(found(own, place(root / "spool")), Folder::spool);
    EXPECT_FALSE(opens(own, place(root / "spool")));
}

TEST_F(PayloadPlacesTest, AreNothingElse) {
    const fs::path spool = root / "spool";
    const std::string id = to_hex(object);
    for (const fs::path& path :
         {root / "master.key", spool / id, spool / to_hex(run) / to_hex(Id{9}), spool / "run" / id,
          spool / to_hex(run) / ".." / id, root / to_hex(run) / id, spool / to_hex(run) / (id + "/"), fs::path(id),
          fs::path(to_hex(run)) / id, fs::path("/") / id, fs::path()}) {
        EXPECT_EQ(found(own, path), std::nullopt) << path;
        EXPECT_FALSE(opens(own, path)) << path;
    }
}

TEST_F(PayloadPlacesTest, AreReachedByAnyWayButHoldNoLinks) {
    fs::create_directory_symlink(root, folder.path() / "way");
    EXPECT_EQ(found(own, place(folder.path() / "way" / "spool")), Folder::spool);
    EXPECT_TRUE(opens(own, place(folder.path() / "way" / "spool")));
    EXPECT_EQ(found(own, place(root / "log" / ".." / "spool")), std::nullopt);
    EXPECT_EQ(found(own, place(root / "fetched" / ".." / "spool")), Folder::spool);

    fs::remove(place(root / "spool"));
    fs::create_symlink(root / "master.key", place(root / "spool"));
    EXPECT_FALSE(opens(own, place(root / "spool")));
    fs::remove_all(root / "fetched" / to_hex(run));
    fs::create_directory_symlink(other / to_hex(run), root / "fetched" / to_hex(run));
    EXPECT_FALSE(opens(own, place(root / "fetched")));
}

TEST_F(PayloadPlacesTest, HoldWholeRegularFiles) {
    EXPECT_FALSE(opens(own, place(root / "spool"), 5));
    fs::remove(place(root / "spool"));
    ASSERT_EQ(::mkfifo(place(root / "spool").c_str(), 0600), 0);
    EXPECT_FALSE(opens(own, place(root / "spool")));
    fs::remove(place(root / "spool"));
    fs::create_directory(place(root / "spool"));
    EXPECT_FALSE(opens(own, place(root / "spool")));
}

TEST_F(PayloadPlacesTest, OfAnotherMachineAreFoundByRunAndId) {
    EXPECT_EQ(found(both, place("/srv/elsewhere/spool")), Folder::other);
    EXPECT_EQ(both.find(place("/srv/elsewhere/spool"), object)->path, place(fs::canonical(other)));
    fs::remove(place(other));
    EXPECT_EQ(found(both, place("/srv/elsewhere/spool")), std::nullopt);
    fs::create_symlink(root / "master.key", place(other));
    EXPECT_EQ(found(both, place("/srv/elsewhere/spool")), std::nullopt);
    EXPECT_THROW(PayloadPlaces(home, std::vector<std::string>{(folder.path() / "none").string()}), Error);
}

}  // namespace
}  // namespace msh::custodian
