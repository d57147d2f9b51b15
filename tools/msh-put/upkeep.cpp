#include "upkeep.hpp"

#include <set>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"
#include "ipfs/blamed_source.hpp"
#include "ipfs/file_walk.hpp"
#include "ipfs/unixfs.hpp"

namespace msh {
namespace {

using ipfs::Cid;

// The blocks of a payload that are not there, as far as its nodes tell. Leaves are not read.
class AbsentBlocks : public ipfs::FileVisitor {
  public:
    explicit AbsentBlocks(const ipfs::BlockStore& store) : store_(store) {}

    bool enter(const ipfs::Subtree& subtree, std::uint64_t /*offset*/) override {
        if (!met_.insert(subtree)) return false;
        if (store_.has(subtree.cid)) return subtree.levels > 0;
        found.push_back(subtree.cid);
        return false;
    }
    void leaf(const Cid& /*cid*/, std::uint64_t /*offset*/, ByteView /*bytes*/) override {}
    void fault(const Cid& /*cid*/, ipfs::BlockFault /*fault*/) override {}

    std::vector<Cid> found;

  private:
    const ipfs::BlockStore& store_;
    ipfs::MetBlocks met_;
};

std::string count_of(std::uint64_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

Upkeep::Upkeep(std::filesystem::path folder, std::string name, ipfs::BlockStore::Access access,
               keystore::Keystore* keystore, cli::Output& output, bool quiet)
    : folder_(std::move(folder)),
      name_(std::move(name)),
      keystore_(keystore),
      output_(output),
      progress_("blocks", quiet),
      store_(folder_, access) {}

bool Upkeep::check() {
    return look(nullptr);
}

bool Upkeep::repair(ipfs::BlockFinder& sources) {
    return look(&sources);
}

bool Upkeep::look(ipfs::BlockFinder* sources) {
    store_.for_each([&](std::span<const Cid> blocks) { look_at(blocks, sources); });
    if (keystore_ != nullptr) {
        keystore::Targets(*keystore_).for_each_stored(name_, [&](const keystore::KnownPayload& payload) {
            // What is fetched may be a node, below which more is absent.
            for (std::uint64_t before = repaired_ + 1; before != repaired_;) {
                before = repaired_;
                for (const Cid& cid : absent_of(payload))
                    settle(cid, "absent", sources);
            }
        });
    }
    if (sources != nullptr) store_.sync();
    std::string text = count_of(blocks_, "block") + " read";
    if (repaired_ > 0) text += ", " + std::to_string(repaired_) + " repaired";
    if (bad_ > 0) text += ", " + std::to_string(bad_) + " damaged or absent";
    cli::say_note(text);
    return bad_ == 0;
}

void Upkeep::look_at(std::span<const Cid> blocks, ipfs::BlockFinder* sources) {
    std::vector<char> whole(blocks.size());
    parallel_for(blocks.size(), worker_count(), [&](std::size_t i) { whole[i] = store_.is_whole(blocks[i]) ? 1 : 0; });
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (whole[i] == 0) settle(blocks[i], "damaged", sources);
        progress_.add(1, store_.size(blocks[i]).value_or(0));
    }
    blocks_ += blocks.size();
    if (sources != nullptr) store_.sync();  // before it is said to be repaired
    output_.flush();
    cli::stop_if_signalled();
}

std::vector<Cid> Upkeep::absent_of(const keystore::KnownPayload& payload) {
    const auto root = Cid::parse(payload.cid);
    if (!root) return {};
    AbsentBlocks absent(store_);
    try {
        ipfs::walk_file(*root, payload.size, {&store_}, ipfs::unixfs_v1_2025, 1, absent, cli::is_signalled);
    } catch (const ipfs::TooManyBlocks&) {
        settle(*root, "unknown", nullptr);
    }
    return std::move(absent.found);
}

void Upkeep::settle(const Cid& cid, std::string_view state, ipfs::BlockFinder* sources) {
    if (!told_.insert(cid.digest())) return;
    if (sources != nullptr && fetch(cid, *sources)) {
        ++repaired_;
        return tell(cid, "repaired");
    }
    ++bad_;
    tell(cid, state);
}

bool Upkeep::fetch(const Cid& cid, ipfs::BlockFinder& sources) {
    try {
        const ipfs::Found found = ipfs::BlamedFinder(sources).find({cid, ipfs::unixfs_v1_2025.leaf_size, 0});
        if (found.state != ipfs::Found::State::whole) return false;
        store_.put(cid, found.bytes);
        return true;
    } catch (const ipfs::SourceFailed& failure) {
        cli::stop_if_signalled();
        bool& is_told = failure.kind() == ErrorKind::again ? may_go_better_ : was_refused_;
        if (!std::exchange(is_told, true)) cli::say(failure);
        return false;
    }
}

void Upkeep::collect(Unneeded unneeded) {
    if (keystore_ == nullptr) throw Error(ErrorKind::failed, "without a keystore nobody knows which blocks are needed");
    if (!store_.write_alone()) {
        throw Error(ErrorKind::again, "another program writes to the store, or its file system has no locks");
    }
    need_all();
    const bool remove = unneeded == Unneeded::remove;
    std::uint64_t bytes = 0;
    store_.for_each([&](std::span<const Cid> blocks) {
        for (const Cid& cid : blocks) {
            if (needed_.contains(cid.digest())) continue;
            ++blocks_;
            bytes += store_.size(cid).value_or(0);
            if (remove) (void)store_.remove(cid);
            tell(cid, remove ? "removed" : "unneeded");
        }
        output_.flush();
        cli::stop_if_signalled();
    });
    store_.sync();
    cli::say_note(count_of(blocks_, "block") + ", " + cli::readable_size(bytes) +
                  (remove ? ", removed" : ", unneeded"));
    if (!remove && blocks_ > 0) cli::say_note("hint: --remove removes them");
}

// Before anything is removed: of a payload that should be here every node has to be, or nobody knows what it needs.
void Upkeep::need_all() {
    keystore::Targets targets(*keystore_);
    targets.for_each_stored(name_, [&](const keystore::KnownPayload& payload) {
        if (const auto root = Cid::parse(payload.cid)) need(*root);
    });
    targets.for_each([&](const keystore::KnownPayload& payload) {
        const auto root = Cid::parse(payload.cid);
        if (root && store_.has(*root)) need(*root);
    });
    cli::stop_if_signalled();
}

// A block, and what lies below it: each node is read once, however often it is named.
void Upkeep::need(const Cid& root) {
    std::set<Cid> met;
    std::vector<Cid> open;
    const auto meet = [&](const Cid& cid) {
        needed_.insert(cid.digest());
        if (cid.codec() == ipfs::Codec::dag_pb && met.insert(cid).second) open.push_back(cid);
    };
    meet(root);
    while (!open.empty()) {
        const Cid cid = open.back();
        open.pop_back();
        cli::stop_if_signalled();
        for (const ipfs::Link& link : read_node(cid).links)
            meet(link.cid);
    }
}

ipfs::Node Upkeep::read_node(const Cid& cid) {
    const ipfs::Found found = ipfs::find_block({&store_}, cid);
    auto node = found.state == ipfs::Found::State::whole ? ipfs::decode_node(found.bytes) : std::nullopt;
    if (node) return std::move(*node);
    const std::string what = found.state == ipfs::Found::State::absent ? "absent" : "damaged";
    throw Error(ErrorKind::failed, "node " + cid.text() + " is " + what, "repair the store first");
}

void Upkeep::tell(const Cid& cid, std::string_view state) {
    output_.put_line(cid.text() + " " + std::string(state));
}

}  // namespace msh
