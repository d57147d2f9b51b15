#include "storage/getter.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "crypto/stream.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/download.hpp"
#include "json/write.hpp"

namespace msh::storage {
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

}  // namespace

Getter::Getter(const custodian::Home& home, PayloadSources& sources, const std::optional<ByteRange>& range,
               Program& program, OnFetched on_fetched)
    : sources_(sources),
      folders_(home.fetched()),
      range_(range),
      program_(program),
      on_fetched_(std::move(on_fetched)) {}

void Getter::get(std::span<FetchRequest> requests) {
    const auto at_once = static_cast<unsigned>(std::max<std::size_t>(requests.size(), 1));
    const unsigned workers = std::max(1U, worker_count() / at_once);
    const std::vector<PayloadGroup> groups = folders_.group(requests);
    parallel_for(groups.size(), sources_.at_once(), [&](std::size_t i) { get(groups[i], workers); });
    if (sources_.has_none_left()) count_unfetched(requests);
    if (sources_.fetcher() == nullptr || range_) return;
    for (const PayloadGroup& group : groups) {
        const bool is_fetched = std::any_of(group.requests.begin(), group.requests.end(),
                                            [](const FetchRequest* request) { return request->is_fetched(); });
        if (is_fetched) FetchFolders::finish(group);
    }
}

// The first record for which the payload comes has fetched it for the others.
void Getter::get(const PayloadGroup& group, unsigned workers) {
    bool is_there = false;
    for (FetchRequest* const request : group.requests) {
        if (!is_there) get(*request, group, workers);
        if (request->error) continue;
        is_there = true;
        set_path(*request, group);
    }
}

void Getter::get(FetchRequest& request, const PayloadGroup& group, unsigned workers) {
    program_.stop_if_signalled();
    try {
        sources_.ask_routers(group.payload.root);
        if (range_) {
            get_range(group, workers);
        } else {
            get_whole(group, workers);
        }
    } catch (const Error& error) {
        program_.stop_if_signalled();
        const auto failure = ipfs::source_failure(error);
        if (!failure && error.kind() != ErrorKind::input) throw;
        if (failure == ipfs::SourceFailure::temporary || sources_.router_failed()) may_go_better_ = true;
        if (failure == ipfs::SourceFailure::permanent || sources_.router_refused()) was_refused_ = true;
        request.error = error;
    }
}

// A download from remote sources can be broken off: it grows where the next run finds it.
void Getter::get_whole(const PayloadGroup& group, unsigned workers) {
    if (folders_.link_former(group, workers)) return;
    if (sources_.fetcher() != nullptr) {
        return ipfs::resume_download(group.payload, *sources_.fetcher(), layout, folders_.take_unfinished(group));
    }
    sources_.with_finder(workers, [&](ipfs::BlockFinder& finder) {
        ipfs::download(group.payload, sources_.local(), finder, layout, group.place());
    });
}

void Getter::get_range(const PayloadGroup& group, unsigned workers) {
    const auto ranges = crypto::payload_ranges(*range_);
    if (ranges.back().offset >= group.payload.size)
        throw Error(ErrorKind::input, "the range begins after the end of the file");
    sources_.with_finder(workers, [&](ipfs::BlockFinder& finder) {
        ipfs::download_part(group.payload, finder, layout, ranges, group.place());
    });
}

void Getter::set_path(FetchRequest& request, const PayloadGroup& group) const {
    request.line.set("payload.path", json::quote(group.place().string()));
    on_fetched_(request.object);
}

// The first one tells why, and what may help; the others are only counted.
void Getter::count_unfetched(std::span<FetchRequest> requests) {
    for (FetchRequest& request : requests) {
        if (!request.error || request.error->kind() == ErrorKind::input) continue;
        if (unfetched_++ == 0) continue;
        request.error.reset();
        request.is_only_counted = true;
    }
}

void Getter::report_unfetched() const {
    if (unfetched_ < 2) return;
    const std::uint64_t others = unfetched_ - 1;
    const std::string records = others == 1 ? " more record was" : " more records were";
    program_.error(Error(ErrorKind::failed, std::to_string(others) + records + " not fetched: no source is left"));
}

}  // namespace msh::storage
