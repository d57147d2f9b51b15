// Over the files that come with python3-pydicom (Debian); skipped where they are not installed.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "dicom/instance.hpp"
#include "file_support.hpp"

namespace msh::test {
namespace {
namespace fs = std::filesystem;

const fs::path folder = "/usr/lib/python3/dist-packages/pydicom/data";

std::vector<fs::path> files() {
    std::vector<fs::path> found;
    if (!fs::exists(folder)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) found.push_back(entry.path());
    }
    return found;
}

Bytes read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Without treatment a file comes out as DCMTK reads it, element by element; pixels and transfer syntax as they were.
TEST(RealFiles, AreReadAndWrittenWhole) {
    int same = 0;
    for (const fs::path& path : files()) {
        const Bytes file = read(path);
        Bytes out;
        try {
            out = untreated(file);
        } catch (const Error&) {
            continue;
        }
        EXPECT_EQ(pixel_bytes(out), pixel_bytes(file)) << path;
        EXPECT_EQ(canonical(out), canonical(file)) << path;
        EXPECT_NE(canonical(file), "unreadable") << path;
        ++same;
    }
    if (same == 0) GTEST_SKIP() << "no files in " << folder;
    std::cout << same << " files came out equal\n";
    EXPECT_GE(same, 170);
}

TEST(RealFiles, AreDeidentifiedOrRefused) {
    std::map<std::string, int> counts;
    for (const fs::path& path : files()) {
        const std::string reason = [&]() -> std::string {
            try {
                const Bytes file = read(path);
                const Bytes out = basic(file);
                EXPECT_EQ(pixel_bytes(out), pixel_bytes(file)) << path;
                EXPECT_EQ(text(*read_back(out), 0x00120062), "YES") << path;
                return "de-identified";
            } catch (const Error& error) {
                EXPECT_TRUE(error.kind() == ErrorKind::input || error.kind() == ErrorKind::refused) << path;
                return error.what();
            }
        }();
        ++counts[reason];
    }
    if (counts.empty()) GTEST_SKIP() << "no files in " << folder;
    for (const auto& [reason, count] : counts)
        std::cout << count << " " << reason << '\n';
    EXPECT_GE(counts["de-identified"], 145);
    EXPECT_EQ(counts["a structured report"], 3);
}

}  // namespace
}  // namespace msh::test
