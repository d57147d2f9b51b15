#include "nodes/node_writer.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "base/parallel.hpp"
#include "ipfs/unixfs.hpp"

namespace msh::nodes {
namespace {

constexpr std::size_t imports_at_once = 4;  // which a node works on faster than on one
constexpr unsigned pins_at_once = 4;
constexpr std::size_t payloads_read_back = 4;  // of a batch

}  // namespace

NodeWriter::Sender::~Sender() {
    if (!is_ended_) writer_.give_back(import_);
}

void NodeWriter::Sender::operator()(const ipfs::Cid& cid, ByteView block) {
    if (is_there(cid, block)) return;
    if (std::uniform_int_distribution<std::uint64_t>(0, blocks_++)(random_) == 0) sample_ = cid;
    if (import_.put(cid, block)) return;
    is_ended_ = true;
    import_.end();
    const auto failure = import_.outcome().failure;
    throw failure.value_or(Error(ErrorKind::again, writer_.node_.host() + ": closed the import early"));
}

// Only of a payload of several blocks, whose first one is there, the others are asked for as well.
bool NodeWriter::Sender::is_there(const ipfs::Cid& cid, ByteView block) {
    if (!may_be_there_ || block.size() != ipfs::unixfs_v1_2025.leaf_size) return false;
    const bool is = writer_.node_.has_block(cid);
    if (std::exchange(is_first_, false)) may_be_there_ = is;
    return is;
}

Import& NodeWriter::claim() {
    const std::scoped_lock lock(mutex_);
    if (imports_.size() < imports_at_once || idle_.empty()) {
        const auto pins = node_.is_cluster() ? Import::Pins::none : Import::Pins::each_root;
        imports_.push_back(std::make_unique<Import>(node_, pins));
        return *imports_.back();
    }
    Import& import = *idle_.front();
    idle_.erase(idle_.begin());
    return import;
}

std::minstd_rand::result_type NodeWriter::seed() {
    const std::scoped_lock lock(mutex_);
    return random_();
}

void NodeWriter::give_back(Import& import) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(&import);
}

void NodeWriter::add(Import* import, const Sent& sent) {
    if (import != nullptr) import->add_root(sent.payload.root, sent.payload.size);
    const std::scoped_lock lock(mutex_);
    sent_.push_back(sent);
}

NodeWriter::BatchResult NodeWriter::finish_batch() {
    Reasons reasons;
    end_imports(reasons);
    if (node_.is_cluster() && !failure_) pin_in_cluster(reasons);
    const std::vector<Sent> sent = std::exchange(sent_, {});
    std::vector<ipfs::Cid> roots;
    roots.reserve(sent.size());
    for (const Sent& one : sent)
        roots.push_back(one.payload.root);
    const std::vector<bool> pinned = node_.are_pinned(roots);
    BatchResult result;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        if (pinned[i]) {
            result.pinned.push_back(sent[i].payload);
            continue;
        }
        const std::string& reason = reasons[roots[i]];
        std::string text = node_.host() + ": did not pin the payload";
        if (!reason.empty()) text.append(": ").append(reason);
        result.refusals.push_back({roots[i], Error(ErrorKind::again, text)});
    }
    if (failure_ && !result.refusals.empty()) throw *failure_;
    read_back(sent, pinned);
    return result;
}

// What the node says of single payloads; what failed as a whole is noted.
void NodeWriter::end_imports(Reasons& reasons) {
    for (const auto& import : imports_)
        import->end();
    failure_.reset();
    for (const auto& import : imports_) {
        Import::Outcome outcome = import->outcome();
        if (outcome.failure) failure_ = outcome.failure;
        reasons.merge(outcome.pin_errors);
    }
    idle_.clear();
    imports_.clear();
}

// What was imported lies in one of its nodes only, until the cluster is told.
void NodeWriter::pin_in_cluster(Reasons& reasons) {
    parallel_for(sent_.size(), pins_at_once, [&](std::size_t i) {
        const ipfs::PayloadRef& payload = sent_[i].payload;
        const auto refused = node_.pin(payload.root, payload.size);
        if (!refused) return;
        const std::scoped_lock lock(mutex_);
        reasons[payload.root] = *refused;
    });
}

// A block of some payloads, of those that are pinned.
void NodeWriter::read_back(const std::vector<Sent>& sent, const std::vector<bool>& pinned) {
    std::vector<ipfs::Cid> samples;
    for (std::size_t i = 0; i < sent.size(); ++i) {
        if (pinned[i] && sent[i].sample) samples.push_back(*sent[i].sample);
    }
    std::shuffle(samples.begin(), samples.end(), random_);
    for (const ipfs::Cid& cid : std::span(samples).first(std::min(samples.size(), payloads_read_back))) {
        if (ipfs::find_block({&node_}, cid).state == ipfs::LookupResult::State::found) continue;
        throw Error(ErrorKind::again, node_.host() + ": block " + cid.text() + " is pinned but missing");
    }
}

}  // namespace msh::nodes
