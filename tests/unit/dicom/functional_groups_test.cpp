#include <cstdlib>
#include <dcmtk/dcmdata/dcdatset.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <utility>

#include "dicom/instance.hpp"
#include "file_support.hpp"
#include "support/temporary_folder.hpp"

namespace msh::test {
namespace {

constexpr std::uint32_t per_frame = 0x52009230;
const std::string pixels = long_element(0x7FE00010, "OW", "01234567");

std::string frame_item(int number) {
    DcmItem item;
    DcmItem& content = add_item(item, 0x00209111);
    put(content, 0x00189074, EVR_DT, "20240131120000");
    put(content, 0x00209158, EVR_LT, "Doe, frame " + std::to_string(number));
    put(content, 0x00091001, EVR_LO, "Doe private");
    put(add_item(item, 0x00289145), 0x00281053, EVR_DS, "1");
    put(add_item(add_item(item, 0x00089124), 0x00082112), 0x00081155, EVR_UI, "1.2.3.9");
    return serialise(item);
}

std::string frames(int count, bool defined_length) {
    std::string items;
    for (int i = 0; i < count; ++i)
        items += frame_item(i);
    if (defined_length) return long_element(per_frame, "SQ", items);
    return header(per_frame, "SQ", 0xFFFFFFFF) + items + sequence_end;
}

TEST(FunctionalGroups, ComeOutAsTheyWere) {
    for (const bool defined_length : {false, true}) {
        const Bytes file = file_of(*ct_head(), frames(5, defined_length) + pixels);
        EXPECT_EQ(canonical(untreated(file)), canonical(file));
        const Bytes deflated_file = file_of(*ct_head(), frames(5, defined_length) + pixels, deflated);
        EXPECT_EQ(canonical(untreated(deflated_file)), canonical(deflated_file));
        EXPECT_NE(canonical(file), "unreadable");
    }
    for (const auto syntax : {implicit_little, explicit_big}) {
        auto head = ct_head();
        for (int i = 0; i < 3; ++i) {
            DcmItem& content = add_item(add_item(*head, per_frame), 0x00209111);
            EXPECT_TRUE(content.putAndInsertUint32(DcmTag(0x0020, 0x9157), 3, 0).good());
        }
        const Bytes file = file_of(*head, "", syntax);
        EXPECT_EQ(canonical(untreated(file)), canonical(file));
        EXPECT_NE(canonical(file), "unreadable");
    }
}

TEST(FunctionalGroups, EachItemIsTreated) {
    for (const bool defined_length : {false, true}) {
        const Bytes out = basic(file_of(*ct_head(), frames(7, defined_length) + pixels));
        EXPECT_EQ(as_text(out).find("Doe"), std::string_view::npos);
        EXPECT_EQ(as_text(out).find("20240131"), std::string_view::npos);
        const auto data = read_back(out);
        DcmElement* groups = nullptr;
        ASSERT_TRUE(data->findAndGetElement(DcmTagKey(0x5200, 0x9230), groups).good());
        auto& sequence = static_cast<DcmSequenceOfItems&>(*groups);
        ASSERT_EQ(sequence.card(), 7U);
        DcmItem& last = *sequence.getItem(6);
        EXPECT_EQ(text(first_item(first_item(last, 0x00089124), 0x00082112), 0x00081155), mapped("1.2.3.9"));
        EXPECT_EQ(pixel_bytes(out), "01234567");
    }
}

TEST(FunctionalGroups, OutOfOrder) {
    const Bytes file = file_of(*ct_head(), pixels + frames(3, false));
    EXPECT_EQ(canonical(untreated(file)), canonical(file));
    EXPECT_EQ(failure(file_of(*ct_head(), frames(2, false) + frames(2, true) + pixels)),
              "duplicate pixel data or functional groups");
}

TEST(FunctionalGroups, Damaged) {
    const std::string item = frame_item(0);
    EXPECT_NE(failure(file_of(*ct_head(), header(per_frame, "SQ", 0xFFFFFFFF) + item)), "");
    EXPECT_NE(failure(file_of(*ct_head(), header(per_frame, "SQ", 0xFFFFFFFF) + item + pixels)), "");
    EXPECT_NE(failure(file_of(*ct_head(), header(per_frame, "SQ", 2000000) + item + pixels)), "");
    EXPECT_NE(failure(file_of(*ct_head(), long_element(per_frame, "SQ", item.substr(0, item.size() - 9)) + pixels)),
              "");
    EXPECT_NE(failure(file_of(*ct_head(), long_element(per_frame, "SQ", "garbage.") + pixels)), "");
}

TEST(FunctionalGroups, ThirtyThousandInLittleMemory) {
    if (std::getenv("MSH_SANITIZED") != nullptr) GTEST_SKIP() << "sanitized, and so larger";
    const TemporaryFolder folder;
    const auto path = folder.path() / "frames.dcm";
    {
        const Bytes start = file_of(*ct_head(), header(per_frame, "SQ", 0xFFFFFFFF));
        const std::string item = frame_item(1);
        std::ofstream file(path, std::ios::binary);
        file.write(reinterpret_cast<const char*>(start.data()), static_cast<std::streamsize>(start.size()));
        for (int i = 0; i < 30000; ++i)
            file << item;
        file << sequence_end << pixels;
    }
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    dicom::Instance instance = dicom::Instance::open(path);
    const auto written = std::move(instance).write_basic({mapped, pseudonym}, {}, [](ByteView) {});
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_GT(written.size, 30000U * 100);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 32 << 10);  // KiB
}

}  // namespace
}  // namespace msh::test
