// A target in memory that fails as it is told to.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ipfs/directory.hpp"
#include "ipfs/payload.hpp"
#include "storage/target.hpp"
#include "support/fake_program.hpp"

namespace msh::storage {

using test::FakeProgram;

class FakeTarget final : public Target {
  public:
    explicit FakeTarget(std::string name) : name_(std::move(name)) {}

    // How it is, and how it fails.
    bool counted = true;
    bool lasting = true;
    bool fetches = false;
    bool asked_by_cid = false;
    bool can_be_read = true;
    std::optional<Error> failure;               // of everything but its names
    std::optional<Error> failure_at_commit;     // of commit() alone
    std::map<ipfs::Cid, PinRefusal> refuses;    // at the next commits
    std::function<void()> at_store;             // called by the first store_file()
    std::function<void()> at_commit;            // called by commit() at first
    std::vector<std::string>* calls = nullptr;  // where commits are noted
    // What came of it.
    std::set<ipfs::Cid> durable;  // blocks
    bool was_opened_with_payloads = false;
    bool waits = true;
    std::vector<ipfs::ImportMode> modes;  // of the files that were stored
    int copies = 0;
    std::optional<bool> closed;

    void put(const ipfs::Cid& cid, ByteView block) {
        const std::scoped_lock lock(mutex_);
        blocks_.insert_or_assign(cid, Bytes(block.begin(), block.end()));
    }
    void lose_everything() {
        blocks_.clear();
        durable.clear();
    }
    [[nodiscard]] bool has_block(const ipfs::Cid& cid) const {
        const std::scoped_lock lock(mutex_);
        return blocks_.contains(cid);
    }

    [[nodiscard]] std::string label() const override { return name_; }
    [[nodiscard]] std::optional<std::string> keystore_name() const override { return "store:/" + name_; }
    [[nodiscard]] bool is_counted() const override { return counted; }
    [[nodiscard]] bool is_lasting() const override { return lasting; }
    [[nodiscard]] bool fetches_from_others() const override { return fetches; }
    [[nodiscard]] bool is_asked_by_cid() const override { return asked_by_cid; }
    [[nodiscard]] ipfs::BlockSource* source() override { return can_be_read ? &source_ : nullptr; }
    void open(bool has_payloads) override {
        fail();
        was_opened_with_payloads = has_payloads;
    }
    [[nodiscard]] std::vector<bool> find_present(std::span<const ipfs::Cid> roots) override {
        fail();
        std::vector<bool> present;
        for (const ipfs::Cid& root : roots)
            present.push_back(has_block(root));
        return present;
    }
    [[nodiscard]] bool holds(const ipfs::PayloadRef& payload) override {
        fail();
        return ipfs::check_payload(payload, {&source_}, ipfs::unixfs_v1_2025, 1).ok();
    }
    [[nodiscard]] ipfs::Cid store_file(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) override {
        fail();
        if (at_store) std::exchange(at_store, {})();
        require_cid(file, expected);
        const std::scoped_lock lock(one_at_a_time_);
        modes.push_back(file.mode);
        return ipfs::build_payload(file.path, file.size, ipfs::unixfs_v1_2025, 1, sink());
    }
    void copy(const ipfs::PayloadRef& payload, ipfs::BlockFinder& from) override {
        fail();
        ipfs::copy_payload(payload, from, ipfs::unixfs_v1_2025, sink());
        const std::scoped_lock lock(one_at_a_time_);
        ++copies;
    }
    [[nodiscard]] ipfs::Cid store_directory(std::span<const ipfs::Link> entries) override {
        fail();
        return ipfs::build_directory(entries, sink());
    }
    [[nodiscard]] std::vector<PinRefusal> commit() override {
        fail();
        if (calls != nullptr) calls->push_back("commit " + name_);
        if (at_commit) at_commit();
        if (failure_at_commit) throw *failure_at_commit;
        std::vector<PinRefusal> refusals;
        for (const auto& [root, refusal] : refuses)
            refusals.push_back(refusal);
        for (const auto& [cid, block] : blocks_) {
            if (!refuses.contains(cid)) durable.insert(cid);
        }
        return refusals;
    }
    void stop_waiting() override { waits = false; }
    void close(bool all_well, const std::function<void()>& /*between*/) override {
        fail();
        closed = all_well;
    }

  private:
    class Source final : public ipfs::BlockSource {
      public:
        explicit Source(FakeTarget& target) : target_(target) {}
        [[nodiscard]] std::optional<Bytes> fetch(const ipfs::Cid& cid) override {
            target_.fail();
            const std::scoped_lock lock(target_.mutex_);
            const auto found = target_.blocks_.find(cid);
            return found == target_.blocks_.end() ? std::nullopt : std::optional(found->second);
        }

      private:
        FakeTarget& target_;
    };

    void fail() const {
        if (failure) throw *failure;
    }
    [[nodiscard]] ipfs::BlockSink sink() {
        return [this](const ipfs::Cid& cid, ByteView block) { put(cid, block); };
    }

    std::string name_;
    Source source_{*this};
    std::mutex one_at_a_time_;
    mutable std::mutex mutex_;
    std::map<ipfs::Cid, Bytes> blocks_;
};

}  // namespace msh::storage
