#include "node_target.hpp"

#include <algorithm>
#include <utility>

#include "base/parallel.hpp"
#include "ipfs/directory.hpp"
#include "keystore/targets.hpp"
#include "pin_wait.hpp"

namespace msh {
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

constexpr std::size_t imports_at_once = 4;  // which a node works on faster than on one
constexpr unsigned pins_at_once = 4;
constexpr std::size_t payloads_read_back = 4;  // of a batch

}  // namespace

// The blocks of one payload, on their way into one import.
class NodeTarget::Sender {
  public:
    explicit Sender(NodeTarget& target) : target_(target), import_(target.claim()) {}
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;
    ~Sender() {
        if (!is_ended_) target_.give_back(import_);
    }

    void operator()(const ipfs::Cid& cid, ByteView block) {
        if (is_there(cid, block)) return;
        sample(cid);
        if (import_.put(cid, block)) return;
        is_ended_ = true;
        import_.end();
        const auto failure = import_.outcome().failure;
        throw failure.value_or(Error(ErrorKind::again, target_.node_.host() + ": ended an import before its end"));
    }

    void finish(const ipfs::PayloadName& payload) { target_.add(import_, {payload, sample_}); }

  private:
    // Only of a payload of several blocks, whose first one is there, the others are asked for as well.
    bool is_there(const ipfs::Cid& cid, ByteView block) {
        if (may_be_there_ && block.size() == layout.leaf_size) {
            const bool is = target_.node_.has_block(cid);
            if (is_first_) may_be_there_ = is;
            is_first_ = false;
            return is;
        }
        return false;
    }

    // Each block is as likely to be read back as any other.
    void sample(const ipfs::Cid& cid) {
        if (std::uniform_int_distribution<std::uint64_t>(0, blocks_++)(random_) == 0) sample_ = cid;
    }

    NodeTarget& target_;
    ipfs::Import& import_;
    bool is_ended_ = false;
    bool is_first_ = true;
    bool may_be_there_ = true;
    std::uint64_t blocks_ = 0;
    std::optional<ipfs::Cid> sample_;
    std::minstd_rand random_{std::random_device()()};
};

NodeTarget::NodeTarget(const http::ServerAddress& address, http::Client& client)
    : node_(address, client), name_(keystore::node_target(address.url)) {}

std::vector<bool> NodeTarget::seem_to_be_there(std::span<const ipfs::Cid> roots) {
    std::vector<bool> there = node_.are_pinned(roots);
    if (!cluster_) return there;
    const std::vector<ipfs::PinState> states = cluster_->states(roots);
    for (std::size_t i = 0; i < there.size(); ++i)
        there[i] = there[i] && states[i] == ipfs::PinState::pinned;
    return there;
}

// More than its word: what it has may be removed elsewhere.
bool NodeTarget::has(const ipfs::PayloadName& payload) {
    return seem_to_be_there({&payload.root, 1}).front() &&
           ipfs::find_block({&node_}, payload.root).state == ipfs::Found::State::whole;
}

ipfs::Cid NodeTarget::take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) {
    require_wanted(file, wanted);
    Sender sender(*this);
    const ipfs::Cid root = ipfs::build_payload(file.path, file.size, layout, 1, std::ref(sender));
    if (wanted && root != *wanted) throw Error(ErrorKind::input, "the payload changed while it was read");
    sender.finish({root, file.size});
    return root;
}

void NodeTarget::take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) {
    Sender sender(*this);
    ipfs::copy_payload(payload, from, layout, 1, std::ref(sender));
    sender.finish(payload);
}

ipfs::Cid NodeTarget::take_directory(std::span<const ipfs::Link> entries) {
    Sender sender(*this);
    const ipfs::Cid root = ipfs::build_directory(entries, std::ref(sender));
    sender.finish({root, size_below(entries)});
    return root;
}

ipfs::Import& NodeTarget::claim() {
    const std::scoped_lock lock(mutex_);
    if (imports_.size() < imports_at_once || idle_.empty()) {
        const auto pins = node_.is_cluster() ? ipfs::Import::Pins::none : ipfs::Import::Pins::each_root;
        imports_.push_back(std::make_unique<ipfs::Import>(node_, pins));
        return *imports_.back();
    }
    ipfs::Import& import = *idle_.front();
    idle_.erase(idle_.begin());
    return import;
}

void NodeTarget::give_back(ipfs::Import& import) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(&import);
}

void NodeTarget::add(ipfs::Import& import, const Sent& sent) {
    import.add_root(sent.payload.root, sent.payload.size);
    const std::scoped_lock lock(mutex_);
    sent_.push_back(sent);
}

std::vector<Refusal> NodeTarget::settle() {
    if (imports_.empty()) return {};
    std::map<ipfs::Cid, std::string> reasons = end_imports();
    if (node_.is_cluster() && !failure_) pin_in_cluster();
    std::vector<ipfs::Cid> roots;
    for (const Sent& sent : sent_)
        roots.push_back(sent.payload.root);
    const std::vector<bool> pinned = node_.are_pinned(roots);
    std::vector<Refusal> refusals;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        if (pinned[i]) continue;
        const std::string& reason = reasons[roots[i]];
        const std::string text = node_.host() + ": did not pin the payload";
        refusals.push_back({roots[i], Error(ErrorKind::again, reason.empty() ? text : text + ": " + reason)});
    }
    if (failure_ && !refusals.empty()) throw *failure_;
    read_back(pinned);
    if (cluster_) {
        for (Refusal& refusal : unreplicated(roots))
            refusals.push_back(std::move(refusal));
    }
    sent_.clear();
    return refusals;
}

// What the node says of single payloads; what failed as a whole is noted.
std::map<ipfs::Cid, std::string> NodeTarget::end_imports() {
    for (const auto& import : imports_)
        import->end();
    std::map<ipfs::Cid, std::string> reasons;
    failure_.reset();
    for (const auto& import : imports_) {
        ipfs::Import::Outcome outcome = import->outcome();
        if (outcome.failure) failure_ = outcome.failure;
        reasons.merge(outcome.pin_errors);
    }
    idle_.clear();
    imports_.clear();
    return reasons;
}

// What was imported lies in one of its nodes only, until the cluster is told.
void NodeTarget::pin_in_cluster() {
    parallel_for(sent_.size(), pins_at_once,
                 [&](std::size_t i) { node_.pin(sent_[i].payload.root, sent_[i].payload.size); });
}

// What its peers do not all have yet that shall have it.
std::vector<Refusal> NodeTarget::unreplicated(std::span<const ipfs::Cid> roots) const {
    std::chrono::milliseconds limit = node_.client().limits().stall;
    for (const Sent& sent : sent_)
        limit += ipfs::time_for(sent.payload.size);
    return wait_for_pins(roots, limit, cluster_->host(),
                         [&](std::span<const ipfs::Cid> open) { return cluster_->states(open); });
}

// A block of some payloads, of those that are pinned.
void NodeTarget::read_back(const std::vector<bool>& pinned) {
    std::vector<ipfs::Cid> samples;
    for (std::size_t i = 0; i < sent_.size(); ++i) {
        if (pinned[i] && sent_[i].sample) samples.push_back(*sent_[i].sample);
    }
    std::shuffle(samples.begin(), samples.end(), random_);
    for (const ipfs::Cid& cid : std::span(samples).first(std::min(samples.size(), payloads_read_back))) {
        if (ipfs::find_block({&node_}, cid).state == ipfs::Found::State::whole) continue;
        throw Error(ErrorKind::again, node_.host() + ": does not have block " + cid.text() + ", which it has pinned");
    }
}

}  // namespace msh
