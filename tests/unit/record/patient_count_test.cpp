#include "record/patient_count.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <vector>

namespace msh::record {
namespace {

using Values = std::optional<std::vector<std::string>>;

constexpr const char* undecoded = "A\xef\xbf\xbd";

struct Given {
    std::uint8_t study;
    Values id;
    Values issuer;
    std::string pseudonym;
};

Sealed sealed(const Given& given) {
    Sealed box;
    const auto add = [&](const char* tag, const Values& values) {
        if (!values || !values->empty()) box.attributes.push_back({tag, values});
    };
    add("00100020", given.id);
    add("00100021", given.issuer);
    if (!given.pseudonym.empty()) box.pseudonyms.push_back({"00100020", {{given.pseudonym}}});
    return box;
}

std::uint64_t count(const std::vector<Given>& objects) {
    PatientCount patients;
    for (const Given& given : objects)
        patients.add(Id{given.study}, sealed(given));
    return patients.number();
}

const Values none = std::vector<std::string>();
const Values too_long = std::nullopt;

TEST(PatientCount, IdAndIssuer) {
    EXPECT_EQ(PatientCount().number(), 0U);
    EXPECT_EQ(count({{1, {{"A"}}, none, ""}, {2, {{"A"}}, none, ""}}), 1U);
    EXPECT_EQ(count({{1, {{"A"}}, none, ""}, {1, {{"B"}}, none, ""}}), 2U);
    EXPECT_EQ(count({{1, {{"A"}}, {{"one"}}, ""}, {2, {{"A"}}, {{"two"}}, ""}}), 2U);
    EXPECT_EQ(count({{1, {{"A"}}, {{"one"}}, ""}, {1, {{"A"}}, none, ""}}), 1U);
    EXPECT_EQ(count({{1, {{"A"}}, {{"one"}}, ""}, {2, {{"A"}}, none, ""}}), 2U);
}

TEST(PatientCount, NobodyIsWhoeverTheOthersAre) {
    EXPECT_EQ(count({{1, none, none, ""}, {1, none, none, ""}}), 1U);
    EXPECT_EQ(count({{1, none, none, ""}, {2, none, none, ""}}), 2U);
    EXPECT_EQ(count({{1, none, none, "P"}, {1, {{"A"}}, none, ""}}), 1U);
    EXPECT_EQ(count({{1, none, none, ""}, {2, {{"A"}}, none, ""}}), 2U);
    EXPECT_EQ(count({{1, none, too_long, ""}, {1, {{"A"}}, none, ""}}), 1U);
}

TEST(PatientCount, EveryValueCounts) {
    EXPECT_EQ(count({{1, {{"A", "B"}}, none, ""}, {2, {{"A", "C"}}, none, ""}}), 2U);
    EXPECT_EQ(count({{1, {{"A", "B"}}, none, ""}, {2, {{"A"}}, none, ""}}), 2U);
    EXPECT_EQ(count({{1, {{"", "B"}}, none, ""}, {2, {{"", "C"}}, none, ""}}), 2U);
    EXPECT_EQ(count({{1, {{"A"}}, {{"one", "x"}}, ""}, {2, {{"A"}}, {{"one", "y"}}, ""}}), 2U);
    EXPECT_EQ(count({{1, {{"A", "B"}}, none, ""}, {2, {{"A", "B"}}, none, ""}}), 1U);
}

TEST(PatientCount, WhatWasTooLongIsLikeNothingElse) {
    EXPECT_EQ(count({{1, too_long, none, ""}}), 1U);
    EXPECT_EQ(count({{1, too_long, none, ""}, {2, too_long, none, ""}}), 2U);
    // The pseudonym was made of its beginning alone.
    EXPECT_EQ(count({{1, too_long, none, "P"}, {1, too_long, none, "P"}}), 2U);
    EXPECT_EQ(count({{1, {{"A"}}, too_long, ""}, {2, {{"A"}}, too_long, ""}}), 2U);
    EXPECT_EQ(count({{1, {{"A"}}, too_long, ""}, {1, {{"A"}}, none, ""}}), 2U);
    EXPECT_EQ(count({{1, too_long, none, ""}, {1, none, none, ""}}), 1U);
}

TEST(PatientCount, WhatCouldNotBeDecoded) {
    const Values text = {{undecoded}};
    EXPECT_EQ(count({{1, text, none, "P"}, {2, text, none, "P"}}), 1U);
    EXPECT_EQ(count({{1, text, none, "P"}, {2, text, none, "Q"}}), 2U);
    EXPECT_EQ(count({{1, {{"A", undecoded}}, none, "P"}, {2, {{"A", undecoded}}, none, "Q"}}), 2U);
    EXPECT_EQ(count({{1, text, none, ""}, {2, text, none, ""}}), 2U);
    EXPECT_EQ(count({{1, text, none, ""}, {1, text, none, ""}}), 1U);
    EXPECT_EQ(count({{1, {{"A"}}, text, ""}, {2, {{"A"}}, text, ""}}), 2U);
    EXPECT_EQ(count({{1, {{"A"}}, text, ""}, {1, {{"A"}}, text, ""}}), 1U);
    // Nor is it whoever has that pseudonym for an ID.
    EXPECT_EQ(count({{1, text, none, "P"}, {2, {{"P"}}, none, ""}, {3, {{"as P"}}, none, ""}}), 3U);
}

TEST(PatientCount, UnknownAndReceived) {
    PatientCount patients;
    patients.add_unknown(Id{1});
    EXPECT_EQ(patients.number(), 1U);
    patients.add_unknown(Id{1});
    EXPECT_EQ(patients.number(), 2U);
    patients.add(Id{1}, sealed({1, {{"A"}}, none, ""}));
    EXPECT_EQ(patients.number(), 3U);
    patients.add_received(Id{2}, "f00d");
    patients.add_received(Id{2}, "f00d");
    EXPECT_EQ(patients.number(), 4U);
    patients.add_received(Id{2}, "beef");
    EXPECT_EQ(patients.number(), 5U);
}

}  // namespace
}  // namespace msh::record
