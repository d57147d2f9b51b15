#include "getter.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"
#include "crypto/stream.hpp"
#include "json/write.hpp"
#include "record/object.hpp"

namespace msh {
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

// What came so far, and how fast from whom.
std::string rates_of(const std::vector<nodes::Fetcher::Count>& counts, double seconds) {
    std::string text;
    std::uint64_t bytes = 0;
    for (const nodes::Fetcher::Count& count : counts) {
        const auto rate = static_cast<std::uint64_t>(static_cast<double>(count.bytes) / seconds);
        text += count.name + " " + cli::readable_size(rate) + "/s, ";
        bytes += count.bytes;
    }
    return text + cli::readable_size(bytes) + " fetched";
}

// Shows on the terminal, while it lives, what each source gives.
class RateDisplay {
  public:
    // The sources' counts began at `begin`.
    RateDisplay(cli::Progress& progress, const nodes::Fetcher* fetcher, std::chrono::steady_clock::time_point begin) {
        if (fetcher == nullptr || !progress.is_shown()) return;
        thread_ = std::jthread([&progress, fetcher, begin](const std::stop_token& stop) {
            std::mutex mutex;
            std::condition_variable_any ended;
            std::unique_lock lock(mutex);
            while (!ended.wait_for(lock, stop, std::chrono::milliseconds(250), [&] { return stop.stop_requested(); })) {
                const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
                progress.refresh(rates_of(fetcher->counts(), passed.count()));
            }
        });
    }

  private:
    std::jthread thread_;
};

}  // namespace

Getter::Getter(const custodian::Home& home, Sources& sources, const std::optional<ByteRange>& range, bool quiet)
    : sources_(sources),
      folders_(home.fetched()),
      former_(home.fetched(), folders_.first().path()),
      unfinished_(home.fetched()),
      range_(range),
      progress_("files", quiet) {}

void Getter::operator()(cli::Batch& batch) {
    sources_.open();
    const RateDisplay display(progress_, sources_.fetcher(), begin_);
    const std::vector<cli::Item*> items = batch.objects();
    const auto at_once = static_cast<unsigned>(std::max<std::size_t>(items.size(), 1));
    const unsigned workers = std::max(1U, worker_count() / at_once);
    const std::vector<SamePayload> payloads = folders_.group(items);
    parallel_for(payloads.size(), sources_.at_once(), [&](std::size_t i) { get_payload(payloads[i], workers); });
    if (sources_.has_none_left()) count_without_source(items);
    if (sources_.fetcher() == nullptr || range_) return;
    for (const SamePayload& payload : payloads)
        name(payload);
}

// The first one tells why, and what may help.
void Getter::count_without_source(const std::vector<cli::Item*>& items) {
    for (cli::Item* const item : items) {
        if (!item->failed() || item->error->kind() == ErrorKind::input) continue;
        if (without_source_++ == 0) continue;
        item->error.reset();
        item->dropped = true;
    }
}

void Getter::tell_without_source() const {
    if (without_source_ < 2) return;
    const std::uint64_t others = without_source_ - 1;
    const std::string records = others == 1 ? " more record was" : " more records were";
    cli::say_error(std::to_string(others) + records + " not fetched: no source is left");
}

// The first record for which it comes has fetched it for the others.
void Getter::get_payload(const SamePayload& group, unsigned workers) {
    bool is_there = false;
    for (cli::Item* const item : group.items) {
        if (is_there) {
            put_path(*item, *group.folder);
        } else {
            get(*item, group, workers);
            is_there = !item->failed();
        }
    }
}

void Getter::put_path(cli::Item& item, const custodian::RunFolder& folder) {
    item.line.set("payload.path", json::quote(folder.place(item.object->id).string()));
    progress_.add(1, item.object->payload.size);
}

void Getter::get(cli::Item& item, const SamePayload& group, unsigned workers) {
    cli::stop_if_signalled();
    try {
        sources_.look_for(group.payload.root);
        if (range_) {
            get_part(group, item.object->id, workers);
        } else {
            get_whole(group, item.object->id, workers);
        }
        put_path(item, *group.folder);
    } catch (const Error& error) {
        cli::stop_if_signalled();
        const bool is_refused = dynamic_cast<const ipfs::PermanentSourceError*>(&error) != nullptr;
        if (error.kind() != ErrorKind::input && error.kind() != ErrorKind::again && !is_refused) throw;
        if (error.kind() == ErrorKind::again || sources_.router_failed()) may_go_better_ = true;
        if (is_refused || sources_.router_refused()) was_refused_ = true;
        item.fail(error);
    }
}

// A download from remote sources can be broken off: it grows where the next run finds it.
void Getter::get_whole(const SamePayload& group, const Id& object, unsigned workers) {
    if (take_from_former_run(group, object, workers)) return;
    if (sources_.fetcher() == nullptr) {
        ipfs::SequentialFinder finder(sources_.all(), workers, cli::is_signalled);
        return ipfs::download(group.payload, sources_.all(), finder, layout, group.folder->place(object));
    }
    const auto file = group.folder->unfinished(object);
    (void)unfinished_.take_over(object, file);
    ipfs::resume_download(group.payload, *sources_.fetcher(), layout, file);
}

// A payload that msh-decrypt has not taken yet gets one more name: the former one is promised by the records of its
// run. Its bytes are what its CID names, whoever has fetched them.
bool Getter::take_from_former_run(const SamePayload& group, const Id& object, unsigned workers) const {
    const ipfs::PayloadRef& payload = group.payload;
    for (const std::filesystem::path& file : former_.places(object)) {
        try {
            const ipfs::FileRoot named = ipfs::compute_root(file, payload.size, layout, workers);
            if (named.root == payload.root && ::link(file.c_str(), group.folder->place(object).c_str()) == 0)
                return true;
        } catch (const Error&) {
            // gone meanwhile, or a part, or another payload of the object
        }
    }
    return false;
}

// Before its records leave. What was taken from a former run has its name already.
void Getter::name(const SamePayload& group) {
    const auto is_fetched = [](const cli::Item* item) { return !item->failed() && !item->dropped; };
    if (std::none_of(group.items.begin(), group.items.end(), is_fetched)) return;
    const Id& object = group.items.front()->object->id;
    const auto place = group.folder->place(object);
    if (std::rename(group.folder->unfinished(object).c_str(), place.c_str()) == 0) return;
    if (errno != ENOENT || ::access(place.c_str(), F_OK) != 0) {
        throw system_error("cannot rename a fetched payload", errno);
    }
}

void Getter::get_part(const SamePayload& group, const Id& object, unsigned workers) {
    const auto ranges = crypto::payload_ranges(*range_);
    if (ranges.back().offset >= group.payload.size)
        throw Error(ErrorKind::input, "the range begins after the end of the file");
    sources_.with_finder(workers, [&](ipfs::BlockFinder& finder) {
        ipfs::download_part(group.payload, finder, layout, ranges, group.folder->place(object));
    });
}

}  // namespace msh
