#include "dicom/parse_guard.hpp"

#include <gtest/gtest.h>
#include <string>

#include "base/error.hpp"

namespace msh::dicom {
namespace {

template <typename Work>
std::string objection(Work work) {
    try {
        work();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
        return error.what();
    }
    return "";
}

TEST(ParseGuard, CountsBytesOfAllParts) {
    ParseGuard guard({.bytes = 1000});
    const auto read = [&] {
        guard.enter();
        guard.on_bytes(400);
    };
    EXPECT_EQ(objection(read), "");
    EXPECT_EQ(objection(read), "");
    EXPECT_NE(objection(read).find("32 MiB"), std::string::npos);
}

TEST(ParseGuard, CountsMemoryOfEachPart) {
    ParseGuard guard({.memory = 10000});
    const auto read = [&](int headers) {
        guard.enter();
        for (int i = 0; i < headers; ++i) {
            guard.on_header();
            guard.on_bytes(8);
        }
    };
    EXPECT_EQ(objection([&] { read(30); }), "");
    EXPECT_EQ(objection([&] { read(30); }), "");
    EXPECT_NE(objection([&] { read(100); }).find("256 MiB"), std::string::npos);
}

// Goes down the stack by more than 1 KiB a level.
int deeper(ParseGuard& guard, int levels) {
    volatile char frame[1024] = {};
    frame[0] = static_cast<char>(levels);
    guard.on_header();
    return levels == 0 ? frame[0] : deeper(guard, levels - 1) + frame[0];
}

TEST(ParseGuard, MeasuresTheStack) {
    ParseGuard guard({.stack = 128 << 10});
    guard.enter();
    EXPECT_EQ(objection([&] { deeper(guard, 20); }), "");
    EXPECT_EQ(objection([&] { deeper(guard, 1000); }), "sequences nested too deeply");
}

TEST(ParseGuard, MeasuresTime) {
    const auto read = [](ParseGuard& guard) {
        guard.enter();
        for (int i = 0; i < 1 << 20; ++i)
            guard.on_header();
    };
    ParseGuard hasty({.memory = UINT64_MAX, .nanoseconds = 0, .nanoseconds_per_header = 0});
    EXPECT_NE(objection([&] { read(hasty); }).find("out of order"), std::string::npos);
    ParseGuard patient({.memory = UINT64_MAX});
    EXPECT_EQ(objection([&] { read(patient); }), "");
}

}  // namespace
}  // namespace msh::dicom
