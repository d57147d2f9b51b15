#include "storage/availability.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "ipfs/block_store.hpp"
#include "unit/storage/get_support.hpp"

namespace msh::storage {
namespace {

constexpr std::size_t large = (std::size_t{2} << 20) + 1;  // three leaves below a node

class AvailabilityTest : public GetTest {
  protected:
    // Asks the sources; the line, and the flags.
    std::string find(Target* repaired = nullptr) {
        Availability availability(*sources, program, [&](const Error& why) { refused.emplace_back(why.what()); });
        AvailabilityRequest request{record.object};
        availability.find({&request, 1}, repaired);
        may_go_better = availability.may_go_better();
        was_refused = availability.was_refused();
        is_any_missing = availability.is_any_missing();
        error = request.error;
        return request.line.value_or("");
    }
    // What such a line says of the sources, in their order.
    static std::string states_in(const std::string& line) {
        std::string states;
        const std::string before = R"("state":")";
        for (std::size_t at = line.find(before); at != std::string::npos; at = line.find(before, at)) {
            at += before.size();
            states += (states.empty() ? "" : " ") + line.substr(at, line.find('"', at) - at);
        }
        return states;
    }
    // A store that has these blocks.
    std::string make_store(const std::string& name, const std::vector<ipfs::Cid>& held) {
        const std::filesystem::path place = folder.path() / name;
        ipfs::BlockStore store(place, ipfs::BlockStore::Access::write);
        for (const ipfs::Cid& cid : held)
            store.put(cid, blocks.fetch(cid).value());
        store.sync();
        return place.string();
    }

    GetRecord record = add(id, make_payload(large, 1));
    std::vector<ipfs::Cid> cids = blocks_of(record);
    FakeTarget target{"target"};
    std::vector<std::string> refused;
    std::optional<Error> error;
    bool may_go_better = false;
    bool was_refused = false;
    bool is_any_missing = false;
};

TEST_F(AvailabilityTest, TheLineNamesEachSourceAndItsState) {
    open_sources(2);
    nodes[1]->lacks.insert(cids.begin(), cids.end());
    EXPECT_EQ(find(), R"({"msh":1,"type":"availability","id":")" + to_hex(id) + R"(","cid":")" + cids[0].text() +
                          R"(","whole":1,"sources":[{"source":"node1.example","state":"whole"},)" +
                          R"({"source":"node2.example","state":"absent"}]})");
    EXPECT_FALSE(may_go_better || was_refused || is_any_missing);
}

TEST_F(AvailabilityTest, StoresAreReadAndNodesAreAsked) {
    const std::string whole = make_store("whole", cids);
    const std::string part = make_store("part", {cids[0], cids[1]});
    const std::string absent = make_store("absent", {});
    open_sources(3, {whole, part, absent});
    nodes[1]->lacks.insert(cids[2]);
    nodes[2]->lacks.insert(cids[0]);
    EXPECT_EQ(states_in(find()), "whole part absent whole part absent");
}

TEST_F(AvailabilityTest, WhereTheNodeIsNowhereLeavesAreNotLookedFor) {
    open_sources(2);
    nodes[0]->lacks.insert(cids[0]);
    nodes[1]->lacks.insert(cids[0]);
    EXPECT_EQ(states_in(find()), "absent absent");
    EXPECT_TRUE(is_any_missing);
    EXPECT_EQ(nodes[0]->asked(), std::set<ipfs::Cid>{cids[0]});
}

TEST_F(AvailabilityTest, OfOneThatDoesNotAnswerTheStateIsUnknown) {
    open_sources(2);
    nodes[1]->at_question = fail(does_not_answer);
    EXPECT_EQ(states_in(find()), "whole unknown");
    EXPECT_TRUE(may_go_better);
    EXPECT_FALSE(was_refused);
    EXPECT_TRUE(program.messages.empty());
}

TEST_F(AvailabilityTest, OneThatWillNotAnswerLaterEitherIsToldOnce) {
    open_sources(2);
    nodes[0]->at_question = nodes[1]->at_question = fail(denies);
    EXPECT_EQ(states_in(find()), "unknown unknown");
    EXPECT_TRUE(was_refused);
    EXPECT_TRUE(is_any_missing);
    EXPECT_EQ(program.messages, std::vector<std::string>{std::string("error: ") + denies.what()});
}

TEST_F(AvailabilityTest, AnErrorThatIsNoSourcesEndsTheRun) {
    open_sources(1);
    nodes[0]->at_question = [this](const ipfs::Cid& cid) {
        if (cid == cids[1]) throw Error(ErrorKind::failed, "out of memory");
    };
    EXPECT_THROW((void)find(), Error);
}

TEST_F(AvailabilityTest, ARecordWithoutAValidCidFails) {
    open_sources(1);
    record.object.payload.cid = "bafybad";
    EXPECT_EQ(find(), "");
    ASSERT_TRUE(error);
    EXPECT_STREQ(error->what(), "'payload.cid' has an invalid value");
    EXPECT_FALSE(is_any_missing);
}

TEST_F(AvailabilityTest, ARepairTakesFromAllSourcesTogetherWhatTheTargetLacks) {
    open_sources(0, {make_store("one", {cids[0], cids[1]}), make_store("two", {cids[0], cids[2], cids[3]})});
    std::string line = find(&target);
    EXPECT_EQ(states_in(line), "part part");
    EXPECT_TRUE(line.ends_with(R"(],"repaired":true})"));
    EXPECT_FALSE(is_any_missing);
    EXPECT_EQ(target.durable, std::set<ipfs::Cid>(cids.begin(), cids.end()));
    line = find(&target);
    EXPECT_TRUE(line.ends_with(R"(],"repaired":false})"));
    EXPECT_EQ(target.copies, 1);
    EXPECT_FALSE(is_any_missing);  // the target has it
}

TEST_F(AvailabilityTest, WhatIsNowhereIsNotRepaired) {
    open_sources(0, {make_store("one", {cids[0], cids[1]})});
    EXPECT_TRUE(find(&target).ends_with(R"(],"repaired":false})"));
    EXPECT_TRUE(is_any_missing);
    EXPECT_FALSE(may_go_better || was_refused);
}

TEST_F(AvailabilityTest, WhatTheTargetRefusesInTheEndIsNotRepaired) {
    open_sources(1);
    target.refuses.emplace(cids[0], PinRefusal{cids[0], Error(ErrorKind::again, "not pinned")});
    EXPECT_TRUE(find(&target).ends_with(R"(],"repaired":false})"));
    EXPECT_EQ(refused, std::vector<std::string>{"not pinned"});
    EXPECT_TRUE(may_go_better);
}

TEST_F(AvailabilityTest, ASourceThatFailsDuringARepairIsNotTheTargets) {
    open_sources(1);
    nodes[0]->at_question = [this](const ipfs::Cid& cid) {
        if (cid == cids[3]) throw denies;
    };
    EXPECT_TRUE(find(&target).ends_with(R"(],"repaired":false})"));
    EXPECT_TRUE(was_refused);
    target.failure = does_not_answer;
    EXPECT_THROW((void)find(&target), Error);
}

TEST_F(AvailabilityTest, ASignalEndsTheRun) {
    open_sources(1);
    program.signalled = true;
    EXPECT_THROW((void)find(), FakeProgram::Stopped);
}

}  // namespace
}  // namespace msh::storage
