#include "ipfs/car.hpp"

#include <array>
#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace msh::ipfs {
namespace {

const Cid leaf = Cid::of(Codec::raw, as_bytes("leaf"));
const Cid node = Cid::of(Codec::dag_pb, as_bytes("node"));

Bytes with_lengths(ByteView head, ByteView block) {
    Bytes out(head.begin(), head.end());
    append(out, block);
    return out;
}

// Of a section's head, if there is one.
std::uint64_t size_of(const std::optional<CarSection>& section) {
    return section ? section->head : UINT64_MAX;
}

TEST(CarHeader, IsAsTheSpecificationWritesIt) {
    // The roots' CIDs stand as links: tag 42, and a zero before each.
    const std::string one = to_hex(car_header({&leaf, 1}));
    EXPECT_EQ(one,
              "3aa265726f6f747381d82a58250"
              "0" +
                  to_hex(leaf.binary()) + "6776657273696f6e01");
    const std::array two{leaf, node};
    EXPECT_EQ(to_hex(car_header(two)), "63a265726f6f747382d82a582500" + to_hex(leaf.binary()) + "d82a582500" +
                                           to_hex(node.binary()) + "6776657273696f6e01");
    EXPECT_EQ(to_hex(car_header({})),
              "19a265726f6f747381d82a450001550000"
              "6776657273696f6e01");
}

TEST(CarHeader, WithoutRootsHasAnEmptyList) {
    const Bytes header = car_header_without_roots();
    EXPECT_EQ(to_hex(header), "11a265726f6f7473806776657273696f6e01");
    EXPECT_EQ(car_header_size(header), header.size());
    EXPECT_EQ(find_car(header, header.size())->end, header.size());
}

TEST(CarHeader, SizeIsReadFromItsStart) {
    for (const std::size_t count : {0, 1, 2, 23, 24, 255, 256, 70000}) {
        const std::vector<Cid> roots(count, leaf);
        const Bytes header = car_header(roots);
        Bytes file = header;
        append(file, as_bytes("what follows"));
        EXPECT_EQ(car_header_size(ByteView(file).first(car_start_size > file.size() ? file.size() : car_start_size)),
                  header.size())
            << count;
    }
    for (const std::string_view hex : {"", "3a", "3aa265726f6f74", "0fa265726f6f747380677665727369",
                                       "0aa16776657273696f6e02", "ffffffffff7fa265726f6f7473", "19a165726f6f7473"}) {
        EXPECT_FALSE(car_header_size(from_hex(hex).value())) << hex;
    }
}

TEST(CarHeader, EndsWithItsVersion) {
    const Bytes header = car_header({&leaf, 1});
    EXPECT_TRUE(is_car_header_end(ByteView(header).last(car_header_end_size)));
    Bytes other = header;
    other.back() = 3;
    EXPECT_FALSE(is_car_header_end(ByteView(other).last(car_header_end_size)));
    EXPECT_FALSE(is_car_header_end({}));
}

TEST(CarSection, ReadsWhatItWrites) {
    for (const Cid& cid : {leaf, node}) {
        for (const std::size_t size : {std::size_t{0}, std::size_t{91}, std::size_t{92}, std::size_t{1} << 20}) {
            const Bytes head = car_section(cid, size);
            const auto section = read_car_section(with_lengths(head, as_bytes("xyz")));
            ASSERT_TRUE(section);
            EXPECT_EQ(section->head, head.size());
            EXPECT_EQ(section->cid, cid);
            EXPECT_EQ(section->block, size);
            for (std::size_t cut = 0; cut < head.size(); ++cut)
                EXPECT_GT(size_of(read_car_section(ByteView(head).first(cut))), cut) << cut;
        }
    }
}

TEST(CarSection, PassesOverOtherNames) {
    const std::string digest = to_hex(leaf.digest());
    const auto section = [](const std::string& hex) { return read_car_section(from_hex(hex).value()); };
    // dag-cbor; SHA-512; the identity hash
    EXPECT_EQ(section("2501711220" + digest)->cid, std::nullopt);
    EXPECT_EQ(section("2501711220" + digest)->block, 1U);
    EXPECT_EQ(section("4501551340" + digest + digest)->block, 1U);
    EXPECT_EQ(section("0701550003616263")->head, 8U);
    EXPECT_EQ(section("0701550003616263")->block, 0U);
    // A digest that is longer than what is at hand: 300 bytes of it, and a block of 5.
    EXPECT_EQ(section("b60201"
                      "5500"
                      "ac02" +
                      std::string(400, '0'))
                  ->head,
              2U + 5 + 300);
    EXPECT_EQ(section("b60201"
                      "5500"
                      "ac02" +
                      std::string(400, '0'))
                  ->block,
              5U);
    EXPECT_EQ(section("b60201"
                      "5500"
                      "ac02" +
                      std::string(400, '0'))
                  ->cid,
              std::nullopt);
    // version 0
    EXPECT_EQ(section("231220" + digest)->cid, Cid(Codec::dag_pb, leaf.digest()));
    EXPECT_EQ(section("231220" + digest)->block, 1U);
}

TEST(CarSection, RefusesWhatIsNone) {
    const std::string digest = to_hex(leaf.digest());
    for (const std::string& hex :
         {std::string("00"), "2301551220" + digest, "2402551220" + digest, "a40001551220" + digest,
          "2481001220" + digest, "24015512ff" + digest, std::string("ffffffffffffffffffff01")}) {
        EXPECT_FALSE(read_car_section(from_hex(hex).value())) << hex;
    }
}

TEST(CarPlace, OfVersion2IsItsData) {
    EXPECT_EQ(find_car(car_header({}), 100)->end, 100U);
    const std::string characteristics(32, '0');
    const auto version_2 = [&](const std::string& offset, const std::string& size) {
        return from_hex("0aa16776657273696f6e02" + characteristics + offset + size + std::string(16, '0')).value();
    };
    const auto place = find_car(version_2("3300000000000000", "c001000000000000"), 1000);
    ASSERT_TRUE(place);
    EXPECT_EQ(place->begin, 51U);
    EXPECT_EQ(place->end, 51U + 448U);
    EXPECT_EQ(find_car(version_2("3300000000000000", "ffffffffffffffff"), 1000)->end, 1000U);
    EXPECT_FALSE(find_car(version_2("3200000000000000", "c001000000000000"), 1000));
    EXPECT_FALSE(find_car(version_2("ffffffffffffffff", "c001000000000000"), 1000));
    EXPECT_FALSE(find_car(ByteView(version_2("3300000000000000", "c001000000000000")).first(50), 50));
}

}  // namespace
}  // namespace msh::ipfs
