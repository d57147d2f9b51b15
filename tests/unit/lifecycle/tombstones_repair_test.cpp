#include "lifecycle/tombstones_repair.hpp"

#include <algorithm>
#include <cstdint>

#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "keystore/shredding.hpp"
#include "keystore/tombstones.hpp"
#include "lifecycle/shredder.hpp"
#include "unit/lifecycle/support.hpp"

namespace msh::lifecycle::test {
namespace {

class TombstonesRepairTest : public LifecycleTest {
  protected:
    void SetUp() override {
        LifecycleTest::SetUp();
        for (std::uint8_t lookup = 1; lookup <= 2; ++lookup) {
            const record::Object object = add_object(lookup);
            StudyShredder(*keystore, home, program).shred({object.study, {}, {}}, {no_passphrase, {}});
        }
        whole = keystore::Shredding(*keystore).tombstones();
        ASSERT_EQ(whole.size(), 2U);
        program.messages.clear();
    }
    void expect_repaired(const std::string& what) {
        repair_tombstones(*keystore, home, program);
        EXPECT_EQ(program.messages,
                  Messages{"warning: the list of shredded studies " + what + ": recreated from the keystore"});
        const auto list = keystore::read_tombstones(home.tombstones());
        EXPECT_EQ(list.size(), whole.size());
        for (const keystore::Tombstone& tombstone : whole)
            EXPECT_EQ(std::count(list.begin(), list.end(), tombstone), 1);
    }
    std::string text() { return std::string(as_text(read_file(home.tombstones(), 10'000).value())); }
    void write(const std::string& text) { write_file_atomically(home.tombstones(), as_bytes(text), 0600); }

    std::vector<keystore::Tombstone> whole;
};

TEST_F(TombstonesRepairTest, AWholeListIsLeftAsItIs) {
    const std::string before = text();
    repair_tombstones(*keystore, home, program);
    EXPECT_EQ(program.messages, Messages{});
    EXPECT_EQ(text(), before);
}

TEST_F(TombstonesRepairTest, OneThatIsMissing) {
    fs::remove(home.tombstones());
    expect_repaired("was missing");
}

TEST_F(TombstonesRepairTest, OneThatLacksALine) {
    write(text().substr(0, text().find('\n') + 1));
    expect_repaired("lacked some of them");
}

TEST_F(TombstonesRepairTest, OneWhoseLastLineWasCutOff) {
    write(text().substr(0, text().size() - 10));
    expect_repaired("lacked some of them");
}

TEST_F(TombstonesRepairTest, OneThatIsDamagedIsKeptBesideIt) {
    const std::string damaged = "x" + text();
    write(damaged);
    expect_repaired("was damaged, and is kept as 'tombstones.damaged'");
    EXPECT_EQ(as_text(read_file(home.tombstones().string() + ".damaged", 10'000).value()), damaged);
}

TEST_F(TombstonesRepairTest, OneOfZerosIsDamaged) {
    write(std::string(4096, '\0'));
    expect_repaired("was damaged, and is kept as 'tombstones.damaged'");
}

}  // namespace
}  // namespace msh::lifecycle::test
