// Remote sources in memory that fail as they are told to, and records of the payloads that they have.
#pragma once

#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "custodian/home.hpp"
#include "ipfs/payload.hpp"
#include "json/line.hpp"
#include "nodes/remote_source.hpp"
#include "record/object.hpp"
#include "storage/fetch_request.hpp"
#include "storage/payload_sources.hpp"
#include "support/temporary_folder.hpp"
#include "unit/ipfs/memory_source.hpp"
#include "unit/storage/fakes.hpp"

namespace msh::storage {

inline const Error does_not_answer(ErrorKind::again, "node.example: does not answer");
inline const ipfs::PermanentSourceError denies("node.example: HTTP status 403", "access denied");

// Has all blocks that there are but those that it lacks.
class FakeNode final : public nodes::ClaimingSource {
  public:
    explicit FakeNode(ipfs::test::MemorySource& blocks) : blocks_(blocks) {}

    std::set<ipfs::Cid> lacks;
    std::function<void(const ipfs::Cid& cid)> at_question;  // throws where it fails

    [[nodiscard]] std::set<ipfs::Cid> asked() const {
        const std::scoped_lock lock(mutex_);
        return asked_;
    }
    [[nodiscard]] std::optional<Bytes> fetch(const ipfs::Cid& cid) override {
        {
            const std::scoped_lock lock(mutex_);
            asked_.insert(cid);
        }
        if (at_question) at_question(cid);
        return lacks.contains(cid) ? std::nullopt : blocks_.fetch(cid);
    }
    [[nodiscard]] bool claims(const ipfs::Cid& cid) override { return fetch(cid).has_value(); }

  private:
    ipfs::test::MemorySource& blocks_;
    mutable std::mutex mutex_;
    std::set<ipfs::Cid> asked_;
};

// Fails at every question.
template <typename AnyError>
std::function<void(const ipfs::Cid&)> fail(const AnyError& error) {
    return [error](const ipfs::Cid&) { throw error; };
}

// A record as it came, and as it leaves.
struct GetRecord {
    record::Object object;
    json::Line line;

    [[nodiscard]] FetchRequest request() { return {object, line}; }
    [[nodiscard]] std::filesystem::path path() const {
        return record::read_object(json::Line::parse(line.text())).payload.path.value_or("");
    }
};

class GetTest : public ::testing::Test {
  protected:
    GetTest() { home.make(); }

    // Sources of one run: the places, and `count` nodes.
    PayloadSources& open_sources(int count, std::vector<std::string> places = {}) {
        sources = std::make_unique<PayloadSources>(
            PayloadSources::Options{.places = std::move(places), .own_store = home.store()}, program);
        nodes.clear();
        for (int i = 1; i <= count; ++i) {
            auto node = std::make_unique<FakeNode>(blocks);
            nodes.push_back(node.get());
            sources->add("node" + std::to_string(i) + ".example", std::move(node));
        }
        sources->open();
        return *sources;
    }

    // Bytes that `seed` tells from others. From 1 MiB on, they are several blocks.
    static Bytes make_payload(std::size_t size, unsigned seed) { return ipfs::test::random_bytes(size, seed); }
    // A record of an object with this payload, which all nodes have.
    GetRecord add(const Id& object, const Bytes& payload) {
        GetRecord made;
        made.object.id = object;
        made.object.profile = "basic";
        made.object.about = Bytes{1, 2, 3};
        made.object.payload.size = payload.size();
        made.object.payload.cid = blocks.add_file(payload, ipfs::unixfs_v1_2025).text();
        made.line = json::Line::parse(record::to_json(made.object));
        return made;
    }
    static Bytes read(const std::filesystem::path& file) { return read_file(file, 1 << 24).value_or(Bytes()); }
    // The blocks of a payload: its root, if that is a node, and its leaves in order.
    std::vector<ipfs::Cid> blocks_of(const GetRecord& of) {
        const auto payload = ipfs::parse_payload_ref(of.object.payload.cid, of.object.payload.size);
        const ipfs::BlockSources all{&blocks};
        ipfs::SequentialFinder finder(all, 1);
        return ipfs::blocks_of(payload.value(), finder, ipfs::unixfs_v1_2025);
    }

    test::TemporaryFolder folder;
    custodian::Home home{folder.path() / "home"};
    FakeProgram program;
    ipfs::test::MemorySource blocks;
    std::unique_ptr<PayloadSources> sources;
    std::vector<FakeNode*> nodes;  // of the sources
    const Id id{1};
    const Id other_id{2};
};

}  // namespace msh::storage
