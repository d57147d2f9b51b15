#include "storage/availability.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/attempt.hpp"
#include "base/encoding.hpp"
#include "base/parallel.hpp"
#include "ipfs/error_tagging.hpp"
#include "json/write.hpp"
#include "storage/request.hpp"

namespace msh::storage {
namespace {

// A store is read and verified; a node is believed.
bool is_held(Target& target, const ipfs::PayloadRef& payload) {
    return target.is_asked_by_cid() ? target.find_present({&payload.root, 1}).front() : target.holds(payload);
}

}  // namespace

Availability::Availability(PayloadSources& sources, Program& program, OnRefused on_refused)
    : sources_(sources), program_(program), on_refused_(std::move(on_refused)), states_(sources, program) {}

void Availability::find(std::span<AvailabilityRequest> requests, Target* repaired) {
    std::vector<Row> rows(requests.size());
    parallel_for(rows.size(), sources_.at_once(), [&](std::size_t i) {
        program_.stop_if_signalled();
        rows[i].request = &requests[i];
        msh::attempt(requests[i].error, [&] {
            look(rows[i]);
            if (repaired != nullptr) repair(rows[i], *repaired);
        });
        if (requests[i].error) program_.stop_if_signalled();  // which may be why
    });
    if (repaired != nullptr) commit(rows, *repaired);
    for (const Row& row : rows) {
        if (row.request->error) continue;
        row.request->line = line_of(row, repaired != nullptr);
        if (!row.is_whole_somewhere) is_any_missing_ = true;
    }
}

void Availability::look(Row& row) {
    row.payload = payload_of(row.request->object);
    row.states = states_.find(*row.payload);
    row.is_whole_somewhere =
        std::any_of(row.states.begin(), row.states.end(), [](const SourceState& one) { return one.is_whole(); });
}

// From all sources together, which may have it whole where none of them has.
void Availability::repair(Row& row, Target& target) {
    if (is_held(target, *row.payload)) {
        row.is_whole_somewhere = true;
        return;
    }
    try {
        sources_.with_finder(1, [&](ipfs::BlockFinder& finder) {
            ipfs::ErrorTaggingFinder tagging(finder);
            target.copy(*row.payload, tagging);
        });
        row.is_repaired = row.is_whole_somewhere = true;
    } catch (const ipfs::SourceError& failure) {
        states_.note_failure(failure);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
    }
}

// What the target refuses in the end is not there, whatever it took.
void Availability::commit(std::span<Row> rows, Target& target) {
    for (const PinRefusal& refusal : target.commit()) {
        was_payload_refused_ = true;
        on_refused_(refusal.why);
        for (Row& row : rows) {
            if (row.payload && row.payload->root == refusal.root) row.is_repaired = false;
        }
    }
}

std::string Availability::line_of(const Row& row, bool is_repair) {
    const record::Object& object = row.request->object;
    std::uint64_t whole = 0;
    std::vector<std::string> sources;
    for (const SourceState& one : row.states) {
        if (one.is_whole()) ++whole;
        sources.push_back(json::Object().text("source", one.source).text("state", one.state).done());
    }
    json::Object line;
    line.number("msh", 1).text("type", "availability").text("id", to_hex(object.id));
    line.text("cid", *object.payload.cid).number("whole", whole).json("sources", json::list(sources));
    if (is_repair) line.flag("repaired", row.is_repaired);
    return line.done();
}

}  // namespace msh::storage
