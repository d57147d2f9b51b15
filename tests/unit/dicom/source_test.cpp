#include "dicom/source.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <numeric>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace msh::dicom {
namespace {
namespace fs = std::filesystem;

class SourceTest : public testing::Test {
  protected:
    fs::path write(const char* name, std::size_t size) const {
        Bytes bytes(size);
        std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
        const fs::path path = folder_.path() / name;
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(size));
        return path;
    }
    // The message of the Error(input) that keeps the path from being opened; it names no path.
    static std::string refusal(const fs::path& path) {
        try {
            (void)Source::open(path);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            EXPECT_EQ(std::string(error.what()).find("msh"), std::string::npos);
            return error.what();
        }
        return "";
    }

    test::TemporaryFolder folder_;
};

constexpr std::size_t small = 1000;
constexpr std::size_t large = 5 << 20;

TEST_F(SourceTest, OtherThanRegularFiles) {
    EXPECT_EQ(refusal(folder_.path() / "absent"), "no such file");
    EXPECT_EQ(refusal(folder_.path()), "a folder, not a file");
    EXPECT_EQ(refusal(write("empty", 0)), "an empty file");
    fs::create_symlink(write("target", small), folder_.path() / "link");
    EXPECT_EQ(refusal(folder_.path() / "link"), "a symbolic link, which is not followed");
    ASSERT_EQ(::mkfifo((folder_.path() / "fifo").c_str(), 0600), 0);
    EXPECT_EQ(refusal(folder_.path() / "fifo"), "not a regular file");  // without a writer: it does not wait
    EXPECT_EQ(refusal("/dev/null"), "not a regular file");
    if (::geteuid() != 0) {
        ASSERT_EQ(::chmod((folder_.path() / "target").c_str(), 0), 0);
        EXPECT_EQ(refusal(folder_.path() / "target"), "permission denied");
    }
}

TEST_F(SourceTest, ReadsAndCopies) {
    for (const std::size_t size : {small, large}) {
        const Source source = Source::open(write("file", size));
        EXPECT_EQ(source.size(), size);
        std::array<std::uint8_t, 16> part{};
        source.read_at(size - 16, part);
        EXPECT_EQ(part[15], static_cast<std::uint8_t>(size - 1));
        Bytes copied;
        source.copy(3, size - 5, [&](ByteView bytes) { append(copied, bytes); });
        ASSERT_EQ(copied.size(), size - 5);
        EXPECT_EQ(copied[0], 3);
        EXPECT_EQ(copied.back(), static_cast<std::uint8_t>(size - 3));
        Bytes whole;
        source.copy(0, size, [&](ByteView bytes) { append(whole, bytes); });
        EXPECT_EQ(source.digest(), crypto::sha256(whole));
        source.require_unchanged();
    }
}

TEST_F(SourceTest, BeyondTheEnd) {
    for (const std::size_t size : {small, large}) {
        const Source source = Source::open(write("file", size));
        std::array<std::uint8_t, 16> part{};
        EXPECT_THROW(source.read_at(size - 15, part), Error);
        EXPECT_THROW(source.copy(size, 1, [](ByteView) {}), Error);
    }
}

std::string change(const Source& source) {
    try {
        source.require_unchanged();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
        return error.what();
    }
    return "";
}

TEST_F(SourceTest, NoticesChanges) {
    for (const std::size_t size : {small, large}) {
        const fs::path path = write("file", size);
        const Source grown = Source::open(path);
        std::ofstream(path, std::ios::app) << "x";
        EXPECT_EQ(change(grown), "the file changed while it was read");

        const Source cut = Source::open(path);
        fs::resize_file(path, size / 2);
        EXPECT_EQ(change(cut), "the file changed while it was read");

        const Source rewritten = Source::open(path);
        fs::last_write_time(path, fs::last_write_time(path) + std::chrono::nanoseconds(1000));
        EXPECT_EQ(change(rewritten), "the file changed while it was read");

        const Source removed = Source::open(path);
        fs::remove(path);
        EXPECT_EQ(change(removed), "the file vanished while it was read");
    }
}

TEST_F(SourceTest, CutWhileItIsRead) {
    const fs::path path = write("file", large);
    const Source source = Source::open(path);
    fs::resize_file(path, large / 2);
    std::array<std::uint8_t, 16> part{};
    EXPECT_THROW(source.read_at(large - 16, part), Error);
    fs::resize_file(path, large);
    // The failed read is remembered, whoever has caught its exception.
    EXPECT_EQ(change(source), "the file could not be read to its end");
}

}  // namespace
}  // namespace msh::dicom
