#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <dcmtk/dcmdata/dcdatset.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <new>
#include <random>
#include <string>
#include <sys/resource.h>
#include <utility>

#include "dicom/instance.hpp"
#include "dicom/originals.hpp"
#include "file_support.hpp"
#include "support/temporary_folder.hpp"

namespace msh::test {
namespace {

const std::string native_pixels = long_element(0x7FE00010, "OW", "01234567");

// The whole of a sound file is needed: cut anywhere, it is refused, except between elements of the data set where
// nothing shows that there was more. What is accepted there has no pixels and comes out without them.
std::size_t accepted_cuts(const Bytes& file, std::size_t data_offset) {
    std::size_t accepted = 0;
    for (std::size_t size = 1; size < file.size(); ++size) {
        const Bytes part(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
        const std::string message = failure(part, dicom::PixelTextSet::all());
        if (!message.empty()) continue;
        ++accepted;
        EXPECT_GT(size, data_offset);
        EXPECT_EQ(pixel_bytes(part), "") << size;
    }
    return accepted;
}

std::size_t head_size(const Bytes& file, DcmItem& head) {
    return file.size() - serialise(head).size();
}

TEST(HostileFile, CutAtEveryByte) {
    auto head = ct_head();
    put(add_item(*head, 0x00081115), 0x0020000E, EVR_UI, "1.2.3");
    const Bytes native = file_of(*head, native_pixels);
    const std::size_t offset = head_size(file_of(*head, ""), *head);
    // Boundaries behind Study Instance UID (0020,000D): Series Instance UID, seven of group 0028, and before pixels.
    EXPECT_EQ(accepted_cuts(native, offset), 9U);
    EXPECT_EQ(accepted_cuts(file_of(*head, fragments({"ab", "cdef"}), jpeg_baseline), offset), 9U);
    EXPECT_LE(accepted_cuts(file_of(*head, "", deflated), offset),
              1U);  // the zero that makes the length even
}

TEST(HostileFile, CutInAPaddedFile) {
    const Bytes file = basic(file_of(*ct_head(), fragments({"abcd"}), jpeg_baseline));
    const std::string_view bytes = as_text(file);
    const std::size_t pixels_end = bytes.rfind(sequence_end) + sequence_end.size();
    for (std::size_t size = pixels_end + 1; size < file.size(); ++size) {
        EXPECT_NE(failure(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size))), "") << size;
    }
}

TEST(HostileFile, LengthsThatLie) {
    const auto with = [](const std::string& element) {
        return failure(file_of(serialise(*ct_head()) + element + native_pixels));
    };
    EXPECT_EQ(with(header(0x00286010, "UT", 0xFFFFFFF0)), "truncated");
    EXPECT_EQ(with(header(0x00286010, "OB", 0x7FFFFFFF)), "truncated");
    EXPECT_NE(with(header(0x00081140, "SQ", 0xFFFFFFFE)), "");
    EXPECT_NE(with(header(0x00081140, "SQ", 4) + fragment("")), "");
    EXPECT_NE(with(header(0x00081140, "SQ", 0xFFFFFFFF) + fragment("")), "");
    EXPECT_NE(with(header(0x00081140, "SQ", 16) + fragment(short_element(0x00080008, "CS", "ABCDEFGH"))), "");
    EXPECT_NE(with(header(0x00081140, "UN", 0xFFFFFFFF) + "garbage" + sequence_end), "");
    EXPECT_NE(with(item_end), "");
    EXPECT_NE(with(sequence_end), "");
    EXPECT_NE(with(fragment("ab")), "");
}

std::string nested(int depth, bool defined_length) {
    std::string bytes;
    if (!defined_length) {
        for (int i = 0; i < depth; ++i) {
            bytes += header(0x00081140, "SQ", 0xFFFFFFFF) + std::string("\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF", 8);
        }
        for (int i = 0; i < depth; ++i)
            bytes += item_end + sequence_end;
        return bytes;
    }
    for (int i = 0; i < depth; ++i)
        bytes = long_element(0x00081140, "SQ", fragment(bytes));
    return bytes;
}

TEST(HostileFile, NestedTooDeeply) {
    for (const bool defined_length : {false, true}) {
        const auto with = [&](int depth) {
            return failure(file_of(serialise(*ct_head()) + nested(depth, defined_length) + native_pixels));
        };
        EXPECT_EQ(with(30), "");
        EXPECT_NE(with(3000), "");
    }
    EXPECT_EQ(failure(file_of(serialise(*ct_head()) + nested(1'000'000, false))), "sequences nested too deeply");
}

TEST(HostileFile, DeflatedBomb) {
    const std::string zeros(1 << 20, '\0');
    std::string head = serialise(*ct_head());
    for (std::uint32_t i = 0; i < 33; ++i)
        head += long_element(0x00420000 + 2 * i, "OB", zeros);
    EXPECT_EQ(failure(file_of(head + native_pixels, deflated)),
              "more outside the pixel data than a deflated file may hold (32 MiB)");
    // Pixel data does not count, wherever it is.
    const std::string pixels = long_element(0x7FE00010, "OW", std::string(33 << 20, 'x'));
    const Bytes file = file_of(serialise(*ct_head()) + pixels, deflated);
    EXPECT_LT(file.size(), 1U << 20);
    EXPECT_EQ(failure(file), "");
    EXPECT_EQ(pixel_bytes(basic(file)).size(), 33U << 20);
    // A value that claims more than there is; zeros without end.
    EXPECT_NE(failure(file_of(serialise(*ct_head()) + header(0x00420011, "OB", 0xFFFFFFF0), deflated)), "");
    EXPECT_EQ(failure(file_of(serialise(*ct_head()) + native_pixels + zeros + zeros, deflated)),
              "more than 1 MiB of zeros after the last element");
}

TEST(HostileFile, TooManyElementsForMemory) {
    std::string items;
    for (int i = 0; i < 1'100'000; ++i)
        items += fragment("");
    EXPECT_EQ(failure(file_of(serialise(*ct_head()) + long_element(0x00081140, "SQ", items))),
              "more outside the pixel data than fits in memory (256 MiB)");
}

TEST(HostileFile, RandomDamageIsNeverACrash) {
    auto head = ct_head();
    put(add_item(add_item(*head, 0x00081140), 0x00081115), 0x00081155, EVR_UI, "1.2.3");
    put(*head, 0x00091010, EVR_UN, "private");
    std::mt19937 random(11);
    for (const auto syntax : {explicit_little, implicit_little, explicit_big, jpeg_baseline, deflated}) {
        const std::string pixels = syntax == jpeg_baseline ? fragments({"ab", "cd"}) : "";
        const Bytes sound = file_of(*head, pixels, syntax);
        for (int round = 0; round < 1500; ++round) {
            Bytes file = sound;
            for (unsigned i = 0; i <= random() % 4; ++i) {
                file[132 + random() % (file.size() - 132)] = static_cast<std::uint8_t>(random());
            }
            try {
                dicom::Instance instance = dicom::Instance::from_memory(std::move(file));
                Bytes out;
                (void)std::move(instance).write_basic({mapped, pseudonym}, {},
                                                      [&](ByteView part) { append(out, part); });
                EXPECT_NE(canonical(out), "unreadable");
            } catch (const Error& error) {
                EXPECT_TRUE(error.kind() == ErrorKind::input || error.kind() == ErrorKind::refused) << error.what();
            }
        }
    }
}

class SparseFile : public testing::Test {
  protected:
    std::filesystem::path write(const Bytes& start, std::uintmax_t size) const {
        const auto path = folder_.path() / "sparse.dcm";
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(start.data()), static_cast<std::streamsize>(start.size()));
        std::filesystem::resize_file(path, size);
        return path;
    }
    static std::string refusal(const std::filesystem::path& path) {
        try {
            (void)dicom::Instance::open(path);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            return error.what();
        }
        return "";
    }
    TemporaryFolder folder_;
};

constexpr std::uintmax_t five_gigabytes = 5ULL << 30;

TEST_F(SparseFile, IsRefusedWithoutBeingRead) {
    EXPECT_EQ(refusal(write({0}, five_gigabytes)), "not a DICOM file (no Part 10 header)");
    EXPECT_EQ(refusal(write(file_of(*ct_head(), native_pixels), five_gigabytes)),
              "more than 1 MiB of zeros after the last element");
    EXPECT_EQ(refusal(write(file_of(*ct_head(), ""), five_gigabytes)),
              "more than 1 MiB of zeros after the last element");
}

TEST_F(SparseFile, LargeValuesStayInTheFile) {
    // 200 MB of pixels and 200 MB of a value that rules keep or remove, but nobody has to hold.
    constexpr std::uint32_t length = 200U << 20;
    auto head = ct_head();
    Bytes start = file_of(*head, header(0x54001010, "OW", length));
    const std::uintmax_t behind = start.size() + length;
    const auto path = write(start, behind + 12 + length);
    const std::string pixel_header = header(0x7FE00010, "OW", length);
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary)
        .seekp(static_cast<std::streamoff>(behind))
        .write(pixel_header.data(), static_cast<std::streamsize>(pixel_header.size()));

    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    dicom::Instance instance = dicom::Instance::open(path);
    const auto written = std::move(instance).write_basic({mapped, pseudonym}, {}, [](ByteView) {});
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_GT(written.size, length);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 64 << 10);  // KiB
}

// Whatever stays of such a value, nobody loads it: neither to look whether it is there, nor for terms.
TEST_F(SparseFile, LongTextsAreNotLoaded) {
    constexpr std::uint32_t length = 400U << 20;
    const auto with = [&](std::uint32_t tag, std::string_view vr) {
        const Bytes start = file_of(serialise(*ct_head()) + header(tag, vr, length));
        return write(start, start.size() + length);
    };
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    const auto basic_failure = [&](std::uint32_t tag, std::string_view vr) -> std::string {
        try {
            (void)dicom::Instance::open(with(tag, vr)).write_basic({mapped, pseudonym}, {}, [](ByteView) {});
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(basic_failure(0x00620020, "UT"), "a text value too long");  // Tracking ID
    EXPECT_EQ(basic_failure(0x54001004, "UT"), "");                       // Waveform Sample Interpretation: removed
    EXPECT_EQ(basic_failure(0x0040A160, "UT"), "");
    dicom::Instance identified = dicom::Instance::open(with(0x00321060, "UT"));
    EXPECT_FALSE(dicom::read_originals(identified.data_set()).empty());
    (void)std::move(identified).write_identified([](ByteView) {});
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 64 << 10);  // KiB
}

}  // namespace
}  // namespace msh::test
