#include "availability.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cli/signals.hpp"
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

std::string to_json(const record::Object& object, const std::vector<std::pair<std::string, std::string_view>>& states) {
    const auto count = std::count_if(states.begin(), states.end(), [](const auto& one) { return one.second == whole; });
    std::string text = R"({"msh":1,"type":"availability","id":")" + to_hex(object.id) + R"(","cid":)" +
                       record::json_string(*object.payload.cid) + R"(,"whole":)" + std::to_string(count) +
                       R"(,"sources":[)";
    for (const auto& [name, state] : states) {
        text += &name == &states.front().first ? "" : ",";
        text += R"({"source":)" + record::json_string(name) + R"(,"state":")" + std::string(state) + R"("})";
    }
    return text + "]}";
}

}  // namespace

void Availability::operator()(cli::Batch& batch) {
    batch.drop_other_types();
    sources_.open();
    const std::vector<cli::Item*> items = batch.objects();
    parallel_for(items.size(), sources_.at_once(), [&](std::size_t i) {
        cli::stop_if_signalled();
        try {
            tell(*items[i]);
        } catch (const Error& error) {
            cli::stop_if_signalled();
            if (error.kind() != ErrorKind::input) throw;
            items[i]->fail(error);
        }
    });
}

void Availability::tell(cli::Item& item) {
    const record::Object& object = *item.object;
    const auto cid = ipfs::Cid::parse(object.payload.cid.value_or(""));
    if (!cid) throw Error(ErrorKind::input, "'payload.cid' is missing or has no valid value");
    const ipfs::PayloadName payload{*cid, object.payload.size};
    sources_.look_for(*cid);
    const std::vector<ipfs::Cid> blocks = blocks_of(payload);
    std::vector<std::pair<std::string, std::string_view>> states;
    for (const auto& [name, source] : sources_.named_near())
        states.emplace_back(name, state_near(*source, payload));
    for (const auto& [name, node] : sources_.far())
        states.emplace_back(name, state_far(*node, *cid, blocks));
    const auto is = [&](std::string_view state) {
        return std::any_of(states.begin(), states.end(), [&](const auto& one) { return one.second == state; });
    };
    if (is(unknown) || sources_.router_failed()) some_unknown_ = true;
    if (!is(whole)) some_nowhere_ = true;
    item.result = to_json(object, states);
}

std::string_view Availability::state_near(ipfs::BlockSource& source, const ipfs::PayloadName& payload) const {
    const ipfs::PayloadCheck check = ipfs::check_payload(payload, {&source}, layout, 1);
    return state_of(check.whole, check.ok());
}

std::vector<ipfs::Cid> Availability::blocks_of(const ipfs::PayloadName& payload) {
    try {
        if (sources_.fetcher() != nullptr) return ipfs::blocks_of(payload, *sources_.fetcher(), layout);
        ipfs::InTurn finder(sources_.all(), 1);
        return ipfs::blocks_of(payload, finder, layout);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input && error.kind() != ErrorKind::again) throw;
        return {};  // who failed is asked again, and shows as unknown
    }
}

std::string_view Availability::state_far(ipfs::FarNode& node, const ipfs::Cid& root,
                                         const std::vector<ipfs::Cid>& blocks) const {
    try {
        if (blocks.empty()) return state_of(node.claims(root) ? 1 : 0, false);
        std::uint64_t there = 0;
        for (const ipfs::Cid& block : blocks) {
            if (!node.claims(block)) return state_of(there, false);
            ++there;
        }
        return state_of(there, true);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::again) throw;
        return unknown;
    }
}

cli::ExitCode Availability::verdict() const {
    if (some_unknown_) return cli::ExitCode::again;
    return some_nowhere_ ? cli::ExitCode::no : cli::ExitCode::done;
}

}  // namespace msh
