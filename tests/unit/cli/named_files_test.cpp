#include "cli/named_files.hpp"

#include <fstream>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace msh::cli {
namespace {
namespace fs = std::filesystem;

class NamedFiles : public ::testing::Test {
  protected:
    NamedFiles() {
        for (const char* name : {"home", "home/log", "home/store", "home/index", "elsewhere", "read"})
            fs::create_directory(folder_.path() / name);
        for (const char* name : {"home/keystore.db", "in", "elsewhere/known", "read/image"})
            std::ofstream(folder_.path() / name) << "text";
    }

    [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

    // What is said of them, where names are below the test's folder; nothing when they may be written.
    [[nodiscard]] std::string refusal(const std::vector<NamedFile>& files) const {
        std::vector<NamedFile> there;
        for (const NamedFile& file : files)
            there.push_back({file.role, file.label, file.name == "-" ? file.name : path(file.name), file.ending});
        try {
            refuse_unsafe_outputs(there, path("home"));
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
            return error.what();
        }
        return {};
    }
    [[nodiscard]] std::string refusal_of(const std::string& name, Role role = Role::output) const {
        return refusal({{role, "-o", name}});
    }

    test::TemporaryFolder folder_;
    const std::string home_ = "-o would write into the home folder";
};

TEST_F(NamedFiles, MayBeNewAndMayReplaceWhatIsNobodys) {
    EXPECT_EQ(refusal_of("new"), "");
    EXPECT_EQ(refusal_of("elsewhere/known"), "");
    EXPECT_EQ(refusal_of("not/there/yet"), "");
    EXPECT_EQ(refusal_of("elsewhere", Role::output_folder), "");
    EXPECT_EQ(refusal_of("homely"), "");
    EXPECT_EQ(refusal({{Role::output, "-o", "-"}, {Role::output, "--car", "-"}, {Role::input, "FILE", "-"}}), "");
}

TEST_F(NamedFiles, TheHomeFolderIsMshsOwn) {
    for (const char* name :
         {"home/keystore.db", "home/master.key.next", "home/index/manifest", "home/tombstones", "home/KEYSTORE.DB",
          "home/log/../keystore.db", "elsewhere/../home/new", "home/new/folder/x", "home", "home/", "home/."}) {
        EXPECT_EQ(refusal_of(name), home_) << name;
        EXPECT_EQ(refusal_of(name, Role::output_folder), home_) << name;
    }
}

TEST_F(NamedFiles, LinksLeadNowhereElse) {
    fs::create_symlink(path("home"), path("elsewhere/to-home"));
    fs::create_symlink("../home/master.age", path("elsewhere/dangling"));
    fs::create_symlink(path("elsewhere/dangling"), path("second"));
    fs::create_hard_link(path("home/keystore.db"), path("elsewhere/hard"));
    for (const char* name : {"elsewhere/to-home/master.key", "elsewhere/dangling", "second", "elsewhere/hard"})
        EXPECT_EQ(refusal_of(name), home_) << name;
}

TEST_F(NamedFiles, WhatTheHomeFolderHasElsewhereIsItsOwnToo) {
    fs::create_directory_symlink(path("elsewhere"), path("home/served"));
    fs::create_symlink(path("in"), path("home/master.key"));
    EXPECT_EQ(refusal_of("elsewhere/checkpoint"), home_);
    EXPECT_EQ(refusal_of("in"), home_);
}

TEST_F(NamedFiles, AHomeFolderThatIsNotThereYet) {
    fs::remove_all(path("home"));
    EXPECT_EQ(refusal_of("home/master.key"), home_);
    EXPECT_EQ(refusal_of("new"), "");
}

TEST_F(NamedFiles, OnlyTheOwnStoreTakesBlocks) {
    EXPECT_EQ(refusal_of("home/store", Role::block_store), "");
    EXPECT_EQ(refusal_of("elsewhere", Role::block_store), "");
    EXPECT_EQ(refusal_of("home/log", Role::block_store), home_);
    EXPECT_EQ(refusal_of("home/store/ab", Role::block_store), home_);
}

TEST_F(NamedFiles, InputsStay) {
    const std::string over = "-o would overwrite a file that is read";
    fs::create_symlink(path("in"), path("link"));
    fs::create_hard_link(path("in"), path("hard"));
    for (const char* name : {"in", "link", "hard", "elsewhere/../in"})
        EXPECT_EQ(refusal({{Role::input, "FILE", "in"}, {Role::output, "-o", name}}), over) << name;
    EXPECT_EQ(refusal({{Role::output, "-o", "in"}, {Role::input, "--key-file", "link"}}), over);
    EXPECT_EQ(refusal({{Role::text, "STUDY", "in"}, {Role::output, "-o", "in"}}), "");
}

TEST_F(NamedFiles, MadeUpNamesAreNotThoseOfInputs) {
    std::ofstream(path("elsewhere/x.grant")) << "text";
    std::ofstream(path("elsewhere/records")) << "text";
    fs::create_symlink(path("elsewhere/x.grant"), path("link"));
    fs::create_hard_link(path("elsewhere/x.grant"), path("hard"));
    fs::create_directory_symlink(path("elsewhere"), path("folder"));
    for (const Role role : {Role::output, Role::output_folder}) {
        const auto refusal_beside = [&](const char* input, const char* folder) {
            return refusal({{role, "-o", folder, ".grant"}, {Role::input, "FILE", input}});
        };
        for (const char* input : {"elsewhere/x.grant", "link", "hard", "folder/x.grant"}) {
            for (const char* folder : {"elsewhere", "folder", "read/../elsewhere"})
                EXPECT_EQ(refusal_beside(input, folder), "-o might overwrite a file that is read") << input << folder;
        }
        EXPECT_EQ(refusal_beside("elsewhere/records", "elsewhere"), "");
        EXPECT_EQ(refusal_beside("elsewhere/x.grant", "not/there"), "");
        EXPECT_EQ(refusal_beside("in", "elsewhere"), "");
    }
}

TEST_F(NamedFiles, NothingIsWrittenIntoAFolderThatIsRead) {
    const std::string into = "-o would write into a folder that is read";
    for (const char* name : {"read/image", "read/new", "read"})
        EXPECT_EQ(refusal({{Role::input, "FILE", "read"}, {Role::output, "-o", name}}), into) << name;
    EXPECT_EQ(refusal({{Role::input, "FILE", "read"}, {Role::output, "-o", "readme"}}), "");
}

TEST_F(NamedFiles, NothingIsWrittenIntoAFolderThatIsWritten) {
    for (const Role role : {Role::output_folder, Role::block_store}) {
        for (const char* name : {"elsewhere/known", "elsewhere/new", "elsewhere", "read/../elsewhere/x"}) {
            const std::string into = "-o would write into the folder of --store";
            EXPECT_EQ(refusal({{role, "--store", "elsewhere"}, {Role::output, "-o", name}}), into) << name;
            EXPECT_EQ(refusal({{Role::output, "-o", name}, {role, "--store", "elsewhere"}}), into) << name;
        }
        EXPECT_EQ(refusal({{role, "--store", "unborn"}, {Role::output, "-o", "unborn/x"}}),
                  "-o would write into the folder of --store");
        EXPECT_EQ(refusal({{role, "--store", "elsewhere"}, {Role::output, "-o", "new"}}), "");
    }
}

TEST_F(NamedFiles, TwoOutputsAreTwoFiles) {
    fs::create_symlink(path("new"), path("link"));
    EXPECT_EQ(refusal({{Role::output, "-o", "new"}, {Role::output, "--car", "link"}}), "-o and --car name one file");
    EXPECT_EQ(refusal({{Role::output, "-o", "new"}, {Role::output, "--car", "newer"}}), "");
    try {
        refuse_unsafe_outputs({{Role::output, "-o", "/dev/null"}, {Role::output, "--car", "/dev/null"}}, path("home"));
    } catch (const Error& error) {
        FAIL() << error.what();
    }
}

}  // namespace
}  // namespace msh::cli
