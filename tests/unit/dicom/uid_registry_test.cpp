#include "dicom/uid_registry.hpp"

#include <gtest/gtest.h>
#include <initializer_list>
#include <random>
#include <string>

#include "dicom/transfer_syntax.hpp"

namespace msh::dicom {
namespace {

const std::string root = "1.2.840.10008.";
constexpr std::initializer_list<UidType> types = {
    UidType::none,          UidType::sop_class,        UidType::transfer_syntax,
    UidType::coding_scheme, UidType::mapping_resource, UidType::context_group};

// It is registered as this and nothing else.
bool is_only(const std::string& uid, UidType expected) {
    for (const UidType type : types) {
        if (is_registered(uid, type) != (type == expected && type != UidType::none)) return false;
    }
    return true;
}

TEST(UidRegistry, KnowsWhatIsRegistered) {
    for (const char* uid : {"5.1.4.1.1.2", "5.1.4.1.1.2.1", "5.1.4.1.1.7", "5.1.1.29", "1.1", "5.1.4.1.1.12.77",
                            "5.1.4.1.1.66.7", "5.1.4.1.1.66.8", "5.1.4.1.1.601.4", "5.1.4.1.1.9.100.1", "5.1.1.9"}) {
        EXPECT_TRUE(is_only(root + uid, UidType::sop_class)) << uid;
    }
    for (const char* uid : {"1.2", "1.2.1.99", "1.2.4.205", "1.2.4.112", "1.2.8.1", "1.2.7.3"})
        EXPECT_TRUE(is_only(root + uid, UidType::transfer_syntax)) << uid;
    for (const std::string& uid : {root + "2.16.4", root + "2.6.1", std::string("2.16.840.1.113883.6.96")})
        EXPECT_TRUE(is_only(uid, UidType::coding_scheme)) << uid;
    EXPECT_TRUE(is_only(root + "8.1.1", UidType::mapping_resource));
    for (const char* number : {"1", "29", "999", "1026", "1999"})
        EXPECT_TRUE(is_only(root + "6.1." + number, UidType::context_group)) << number;
}

TEST(UidRegistry, KnowsNothingElse) {
    for (const std::string& uid : {root + "5.1.4.1.1.2.19530412.4711",
                                   root + "6.1.19530412",
                                   root + "6.1.2000",
                                   root + "6.1.0",
                                   root + "6.1.007",
                                   root + "6.1.",
                                   root + "6.1.1.1",
                                   root + "6.2.1",
                                   root + "6.1",
                                   root + "5.1.4.1.1.",
                                   root,
                                   std::string("1.2.840.10008"),
                                   std::string(),
                                   std::string("1.2.840.100085.1.4.1.1.2"),
                                   root + "5.1.4.1.1.2 ",
                                   root + "5.1.4.1.1.02",
                                   std::string("1.3.12.2.1107.5.9.1"),
                                   std::string("2.16.840.1.113883.6.1953"),
                                   root + "1.4.1.1",
                                   root + "15.0.3.28",
                                   root + "1.20.1.1"}) {
        EXPECT_TRUE(is_only(uid, UidType::none)) << uid;
    }
}

// Every transfer syntax msh takes is one.
TEST(UidRegistry, HoldsTheTransferSyntaxesThatAreTaken) {
    for (const char* uid : {"1.2", "1.2.1", "1.2.1.99", "1.2.2", "1.2.1.98", "1.2.4.50", "1.2.4.66", "1.2.4.106.1",
                            "1.2.4.203", "1.2.5", "1.2.8.1"}) {
        EXPECT_EQ(transfer_syntax(root + uid).uid, root + uid);
        EXPECT_TRUE(is_registered(root + uid, UidType::transfer_syntax));
    }
}

// A digit changed or components added: what comes out is registered only by chance, which is rare.
TEST(UidRegistry, MadeUpUidsBelowARegisteredOneAreNotRegistered) {
    std::mt19937 random(9);
    const std::string known[] = {root + "5.1.4.1.1.2", root + "1.2.1", root + "2.16.4",
                                 root + "6.1.1026",    root + "8.1.1", "2.16.840.1.113883.6.96"};
    for (int i = 0; i < 10000; ++i) {
        const std::string uid = known[random() % std::size(known)] + "." + std::to_string(10000 + random() % 100000000);
        ASSERT_TRUE(is_only(uid, UidType::none)) << uid;
    }
}

}  // namespace
}  // namespace msh::dicom
