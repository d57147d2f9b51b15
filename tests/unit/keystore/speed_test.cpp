// How fast the paths are that every object takes. Printed, not asserted: machines differ.
#include <chrono>
#include <cstdio>
#include <ctime>

#include "keystore/anchors.hpp"
#include "keystore/index_state.hpp"
#include "keystore/targets.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

class Speed : public KeystoreTest {
  protected:
    void print(const char* what, std::uint64_t count, const std::function<void()>& work) {
        const auto start = std::chrono::steady_clock::now();
        const std::clock_t cpu_start = std::clock();
        work();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        const double cpu = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
        const auto number = static_cast<double>(count);
        std::printf("[  speed   ] %-30s %9.0f a second, %5.1f us of processor time each\n", what, number / took.count(),
                    1e6 * cpu / number);
    }
};

TEST_F(Speed, OfTheForwardPipeline) {
    constexpr std::uint64_t count = 10'000;
    constexpr std::uint64_t batch = 1000;
    Unlocked keystore(path(), master);
    const StudyForWriting to = study(keystore);
    print("commit_new, batches of 1,000", count, [&] {
        for (std::uint64_t from = 0; from < count; from += batch)
            commit(keystore, to, from, batch);
    });
    Objects objects(keystore);
    print("get", count, [&] {
        for (std::uint64_t i = 0; i < count; ++i)
            EXPECT_TRUE(objects.get(id_of(i)).has_value());
    });
    print("merge with nothing to add", count, [&] {
        for (std::uint64_t i = 0; i < count; ++i)
            EXPECT_TRUE(objects.merge(object_of(i, to)).has_value());
    });
    print("mark stored, batches of 1,000", count, [&] {
        std::vector<StoredPayload> payloads;
        for (std::uint64_t i = 0; i < count; ++i) {
            payloads.push_back({object_name(i), "bafkreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"});
            if (payloads.size() == batch) {
                Targets(keystore).mark("store:/srv/store", payloads);
                payloads.clear();
            }
        }
    });
    std::vector<Id> ids;
    std::vector<LogSubject> subjects;
    for (std::uint64_t i = 0; i < count; ++i)
        ids.push_back(id_of(i));
    for (const Id& id : ids)
        subjects.push_back({"object", id});
    print("assign leaves to objects", count, [&] {
        for (std::size_t i = 0; i < count; i += 5'000) {
            EXPECT_EQ(
                Anchors(keystore)
                    .assign(std::span(subjects).subspan(i, 5'000), [](std::size_t, const Digest& salt) { return salt; })
                    .size(),
                5'000u);
        }
    });
    std::vector<Digest> refs;
    std::vector<LogSubject> others;
    for (std::uint64_t i = 0; i < 100'000; ++i)
        refs.push_back(digest_of(i + (9ull << 40)));
    for (const Digest& ref : refs)
        others.push_back({"grant", ref});
    print("assign 100,000 other leaves", others.size(), [&] {
        EXPECT_EQ(Anchors(keystore).assign(others, [](std::size_t, const Digest& salt) { return salt; }).size(),
                  others.size());
    });
    print("read leaves", others.size() + count,
          [&] { EXPECT_EQ(Anchors(keystore).leaves(0, others.size() + count).size(), others.size() + count); });
    print("buffer index terms", count, [&] {
        const Bytes terms(600, 7);
        std::vector<Document> documents;
        for (const Id& id : ids)
            documents.push_back({id, terms});
        EXPECT_EQ(IndexState(keystore).buffer(documents), count);
    });
}

TEST_F(Speed, OfNewStudies) {
    Unlocked keystore(path(), master);
    std::vector<StudyRequest> requests;
    for (std::uint64_t i = 0; i < 5000; ++i)
        requests.push_back({"default", "basic", digest_of(i), false});
    print("make studies", requests.size(),
          [&] { EXPECT_EQ(Studies(keystore).get_or_create(requests).size(), requests.size()); });
    print("find studies", requests.size(),
          [&] { EXPECT_EQ(Studies(keystore).get_or_create(requests).size(), requests.size()); });
}

}  // namespace
}  // namespace msh::keystore::test
