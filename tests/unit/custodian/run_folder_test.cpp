#include "custodian/run_folder.hpp"

#include <chrono>
#include <filesystem>
#include <gtest/gtest.h>
#include <optional>

#include "base/temporary_file.hpp"
#include "support/temporary_folder.hpp"

namespace msh::custodian {
namespace {

namespace fs = std::filesystem;

constexpr Id one{1};
constexpr Id two{2};

class UnfinishedTest : public ::testing::Test {
  protected:
    // A run that wrote this much of `object`, and is over.
    fs::path broken_run(const Id& object, const char* text) const {
        const RunFolder run(parent);
        write_file_atomically(run.unfinished(object), as_bytes(text), 0600);
        return run.unfinished(object);
    }
    [[nodiscard]] bool sweep() const {
        RunFolder::sweep(parent, [](const Id&) { return true; });
        return fs::is_empty(parent);
    }

    const msh::test::TemporaryFolder folder;
    const fs::path parent = folder.path() / "fetched";
};

TEST_F(UnfinishedTest, IsTakenOverOnce) {
    const fs::path left = broken_run(one, "some");
    EXPECT_FALSE(sweep());
    {
        UnfinishedFiles files(parent);
        const RunFolder run(parent);
        EXPECT_FALSE(files.take_over(two, run.unfinished(two)));
        EXPECT_TRUE(files.take_over(one, run.unfinished(one)));
        EXPECT_FALSE(fs::exists(left));
        EXPECT_TRUE(fs::exists(run.unfinished(one)));
        EXPECT_FALSE(files.take_over(one, run.place(one)));
        fs::remove(run.unfinished(one));
    }
    EXPECT_TRUE(sweep());
}

TEST_F(UnfinishedTest, OneRunAloneTakesIt) {
    (void)broken_run(one, "some");
    std::optional<UnfinishedFiles> first(std::in_place, parent);
    UnfinishedFiles second(parent);
    EXPECT_FALSE(second.take_over(one, folder.path() / "other"));
    EXPECT_TRUE(first->take_over(one, folder.path() / "mine"));
}

TEST_F(UnfinishedTest, WhatALivingRunWritesIsItsOwn) {
    const RunFolder living(parent);
    write_file_atomically(living.unfinished(one), as_bytes("some"), 0600);
    UnfinishedFiles files(parent);
    EXPECT_FALSE(files.take_over(one, folder.path() / "other"));
    EXPECT_FALSE(sweep());
    EXPECT_TRUE(fs::exists(living.unfinished(one)));
}

TEST_F(UnfinishedTest, IsSweptAfterAWeek) {
    const fs::path left = broken_run(one, "some");
    fs::last_write_time(left, fs::file_time_type::clock::now() - std::chrono::hours(6 * 24));
    EXPECT_FALSE(sweep());
    fs::last_write_time(left, fs::file_time_type::clock::now() - std::chrono::hours(8 * 24));
    EXPECT_TRUE(sweep());
}

TEST_F(UnfinishedTest, AFolderThatCannotBeLockedIsPassedOver) {
    const fs::path left = broken_run(one, "some");
    fs::remove(left.parent_path() / "lock");
    fs::create_directory(left.parent_path() / "lock");
    (void)broken_run(two, "more");
    UnfinishedFiles files(parent);
    EXPECT_FALSE(files.take_over(one, folder.path() / "other"));
    EXPECT_TRUE(files.take_over(two, folder.path() / "mine"));
}

TEST_F(UnfinishedTest, OtherNamesAreNone) {
    {
        const RunFolder run(parent);
        for (const char* const name : {".unfinished", "01.unfinished", "x.unfinished", "lock.unfinished"})
            write_file_atomically(run.path() / name, as_bytes("some"), 0600);
    }
    const UnfinishedFiles files(parent);
    EXPECT_FALSE(fs::is_empty(parent));
}

class FetchedTest : public UnfinishedTest {
  protected:
    // A run that fetched the object, and is over; its last file came this many days ago.
    fs::path former_run(int days) const {
        const RunFolder run(parent);
        write_file_atomically(run.place(one), as_bytes("payload"), 0600);
        age(run.path(), days);
        return run.place(one);
    }
    static void age(const fs::path& path, int days) {
        fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(24 * days));
    }
};

TEST_F(FetchedTest, IsFoundTheNewestFirst) {
    const fs::path older = former_run(3);
    const fs::path newer = former_run(1);
    const RunFolder run(parent);
    write_file_atomically(run.place(one), as_bytes("payload"), 0600);
    const FormerRuns former(parent, run.path());
    EXPECT_EQ(former.places(one), (std::vector<fs::path>{newer, older}));
    EXPECT_TRUE(former.places(two).empty());
    fs::remove(run.place(one));
}

TEST_F(FetchedTest, GoesWhenItsRunWasOverForLong) {
    const fs::path old = former_run(31);
    const fs::path young = former_run(29);
    const RunFolder living(parent);
    write_file_atomically(living.place(one), as_bytes("payload"), 0600);
    age(living.path(), 31);
    sweep_fetched(parent);
    EXPECT_FALSE(fs::exists(old.parent_path()));
    EXPECT_TRUE(fs::exists(young));
    EXPECT_TRUE(fs::exists(living.place(one)));
    fs::remove(living.place(one));
}

TEST_F(UnfinishedTest, NothingIsSweptBehindALinkOrInAnotherFolder) {
    const fs::path elsewhere = folder.path() / "elsewhere";
    fs::create_directories(elsewhere);
    fs::create_directories(parent / "mine");
    for (const fs::path& place : {elsewhere, parent / "mine"}) {
        write_file_atomically(place / "lock", {}, 0600);
        write_file_atomically(place / "letter", as_bytes("text"), 0600);
    }
    fs::create_directory_symlink(elsewhere, parent / "00112233445566778899aabbccddeeff");
    EXPECT_FALSE(sweep());
    EXPECT_TRUE(fs::exists(elsewhere / "letter"));
    EXPECT_TRUE(fs::exists(parent / "mine" / "letter"));
}

}  // namespace
}  // namespace msh::custodian
