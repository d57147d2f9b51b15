#include "availability.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"
#include "ipfs/error_tagging.hpp"
#include "json/write.hpp"
#include "record/object.hpp"

namespace msh {
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

constexpr std::string_view whole = "whole";
constexpr std::string_view unknown = "unknown";

std::string_view state_of(std::uint64_t there, bool is_all) {
    if (is_all) return whole;
    return there > 0 ? "part" : "absent";
}

// A store is read and verified; a node is believed.
bool is_held(storage::Target& target, const ipfs::PayloadRef& payload) {
    return target.is_asked_by_cid() ? target.find_present({&payload.root, 1}).front() : target.holds(payload);
}

// Runs what concerns one record alone.
template <typename Step>
void attempt(cli::Item& item, Step step) {
    cli::stop_if_signalled();
    try {
        step();
    } catch (const Error& error) {
        cli::stop_if_signalled();
        if (error.kind() != ErrorKind::input) throw;
        item.fail(error);
    }
}

}  // namespace

void Availability::operator()(cli::Batch& batch) {
    batch.drop_other_types();
    sources_.open();
    if (repair_ && !target_) target_ = sources_.open_target(*repair_);
    std::vector<Row> rows;
    for (cli::Item* const item : batch.objects()) {
        rows.emplace_back();
        rows.back().item = item;
    }
    parallel_for(rows.size(), sources_.at_once(), [&](std::size_t i) {
        attempt(*rows[i].item, [&] {
            look(rows[i]);
            if (target_) repair(rows[i]);
        });
    });
    if (target_) settle(rows);
    for (const Row& row : rows) {
        if (row.item->failed()) continue;
        row.item->result = line_of(row);
        if (!row.is_whole_somewhere) some_nowhere_ = true;
    }
}

void Availability::look(Row& row) {
    const record::Object& object = *row.item->object;
    const auto cid = ipfs::Cid::parse(object.payload.cid.value_or(""));
    if (!cid) throw Error(ErrorKind::input, "'payload.cid' is missing or invalid");
    row.payload = {*cid, object.payload.size};
    sources_.look_for(*cid);
    const std::vector<ipfs::Cid> blocks = blocks_of(*row.payload);
    for (const auto& [name, source] : sources_.named_local())
        row.states.push_back({name, state_local(*source, *row.payload)});
    for (const auto& [name, node] : sources_.remote())
        row.states.push_back({name, state_remote(*node, *cid, blocks)});
    const auto is = [&](std::string_view state) {
        return std::any_of(row.states.begin(), row.states.end(), [&](const State& one) { return one.state == state; });
    };
    row.is_whole_somewhere = is(whole);
    if (sources_.router_failed()) some_failed_ = true;
}

// From all sources together, which may have it whole where none of them has.
void Availability::repair(Row& row) {
    if (is_held(*target_, *row.payload)) {
        row.is_whole_somewhere = true;
        return;
    }
    try {
        sources_.with_finder(1, [&](ipfs::BlockFinder& finder) {
            ipfs::ErrorTaggingFinder blamed(finder);
            target_->copy(*row.payload, blamed);
        });
        row.is_repaired = row.is_whole_somewhere = true;
    } catch (const ipfs::SourceError& failure) {
        note_source(failure);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
    }
}

// The others go on: the line says what is not known.
void Availability::note_source(const Error& error) {
    cli::stop_if_signalled();
    if (error.kind() == ErrorKind::again) {
        some_failed_ = true;
    } else if (!some_refused_.exchange(true)) {
        cli::say(error);
    }
}

void Availability::settle(std::vector<Row>& rows) {
    const std::vector<storage::PinRefusal> refusals = target_->commit();
    if (!refusals.empty()) some_failed_ = true;
    for (const storage::PinRefusal& refusal : refusals) {
        errors_.say("", refusal.why);
        for (Row& row : rows) {
            if (row.payload && row.payload->root == refusal.root) row.is_repaired = false;
        }
    }
}

std::string Availability::line_of(const Row& row) const {
    const record::Object& object = *row.item->object;
    const auto count =
        std::count_if(row.states.begin(), row.states.end(), [](const State& one) { return one.state == whole; });
    std::string text = R"({"msh":1,"type":"availability","id":")" + to_hex(object.id) + R"(","cid":)" +
                       json::quote(*object.payload.cid) + R"(,"whole":)" + std::to_string(count) + R"(,"sources":[)";
    for (const State& one : row.states) {
        if (&one != &row.states.front()) text += ',';
        text += R"({"source":)" + json::quote(one.source) + R"(,"state":")" + std::string(one.state) + R"("})";
    }
    text += ']';
    if (target_) text += std::string(R"(,"repaired":)") + (row.is_repaired ? "true" : "false");
    return text + '}';
}

std::string_view Availability::state_local(ipfs::BlockSource& source, const ipfs::PayloadRef& payload) {
    try {
        const ipfs::PayloadCheck check = ipfs::check_payload(payload, {&source}, layout, 1, cli::is_signalled);
        if (check.is_too_large) throw ipfs::TooManyBlocks();
        return state_of(check.whole, check.ok());
    } catch (const ipfs::PermanentSourceError& error) {
        note_source(error);
        return unknown;
    }
}

std::vector<ipfs::Cid> Availability::blocks_of(const ipfs::PayloadRef& payload) {
    try {
        std::vector<ipfs::Cid> blocks;
        sources_.with_finder(1, [&](ipfs::BlockFinder& finder) { blocks = ipfs::blocks_of(payload, finder, layout); });
        return blocks;
    } catch (const ipfs::TooManyBlocks&) {
        throw;
    } catch (const ipfs::PermanentSourceError&) {
        return {};
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input && error.kind() != ErrorKind::again) throw;
        return {};  // who failed is asked again, and shows as unknown
    }
}

std::string_view Availability::state_remote(nodes::RemoteSource& node, const ipfs::Cid& root,
                                            const std::vector<ipfs::Cid>& blocks) {
    try {
        if (blocks.empty()) return state_of(node.claims(root) ? 1 : 0, false);
        std::uint64_t there = 0;
        for (const ipfs::Cid& block : blocks) {
            if (!node.claims(block)) return state_of(there, false);
            ++there;
        }
        return state_of(there, true);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::again && dynamic_cast<const ipfs::PermanentSourceError*>(&error) == nullptr)
            throw;
        note_source(error);
        return unknown;
    }
}

cli::ExitCode Availability::verdict() const {
    if (some_refused_ || sources_.router_refused()) return cli::ExitCode::failed;
    if (some_failed_) return cli::ExitCode::again;
    return some_nowhere_ ? cli::ExitCode::no : cli::ExitCode::done;
}

}  // namespace msh
