#include "getter.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/parallel.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"
#include "crypto/stream.hpp"
#include "json/write.hpp"
#include "record/object.hpp"

namespace msh {
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;
constexpr std::uint64_t largest_piece = std::uint64_t{1} << 20;

// The payload's bytes that hold these bytes of the file in it: the nonce, and whole chunks.
std::vector<ipfs::Range> payload_ranges(const ipfs::Range& range) {
    constexpr std::uint64_t chunk = crypto::stream_chunk_size;
    constexpr std::uint64_t sealed = chunk + 16;
    const std::uint64_t first = range.offset / chunk;
    const std::uint64_t end = (range.offset + range.length + chunk - 1) / chunk;
    return {{0, crypto::stream_nonce_size}, {crypto::stream_nonce_size + first * sealed, (end - first) * sealed}};
}

// What came so far, and how fast from whom.
std::string rates_of(const std::vector<ipfs::Fetcher::Count>& counts, double seconds) {
    std::string text;
    std::uint64_t bytes = 0;
    for (const ipfs::Fetcher::Count& count : counts) {
        const auto rate = static_cast<std::uint64_t>(static_cast<double>(count.bytes) / seconds);
        text += count.name + " " + cli::readable_size(rate) + "/s, ";
        bytes += count.bytes;
    }
    return text + cli::readable_size(bytes) + " fetched";
}

bool is_there(const std::filesystem::path& file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
}

std::vector<std::vector<cli::Item*>> by_object(const std::vector<cli::Item*>& items) {
    std::vector<std::vector<cli::Item*>> objects;
    std::map<Id, std::size_t> places;
    for (cli::Item* const item : items) {
        const auto [place, is_new] = places.emplace(item->object->id, objects.size());
        if (is_new) objects.emplace_back();
        objects[place->second].push_back(item);
    }
    return objects;
}

bool is_same_payload(const cli::Item& one, const cli::Item& other) {
    return one.object->payload.cid == other.object->payload.cid &&
           one.object->payload.size == other.object->payload.size;
}

Error another_payload() {
    return Error(ErrorKind::input, "another record of this object has another payload");
}

// Whether the payload in this file, which an earlier batch has fetched, is this one. So it is where the file is gone: it
// was used then.
bool holds(const std::filesystem::path& file, const ipfs::PayloadName& payload, unsigned workers) {
    try {
        return ipfs::name_payload(file, payload.size, layout, workers).root == payload.root;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        return !is_there(file);
    }
}

// The same of two parts.
bool holds_part(const std::filesystem::path& file, const std::filesystem::path& other,
                const std::vector<ipfs::Range>& ranges) {
    const FileDescriptor fds[] = {FileDescriptor(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)),
                                  FileDescriptor(::open(other.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC))};
    if (!fds[0]) return !is_there(file);
    struct stat status[2] = {};
    for (int i = 0; i < 2; ++i) {
        if (::fstat(fds[i].get(), &status[i]) != 0) throw system_error("cannot stat a fetched payload", errno);
    }
    if (status[0].st_size != status[1].st_size) return false;
    Bytes pieces[2];
    for (const ipfs::Range& range : ranges) {
        for (std::uint64_t done = 0; done < range.length; done += pieces[0].size()) {
            for (int i = 0; i < 2; ++i) {
                pieces[i].resize(static_cast<std::size_t>(std::min(range.length - done, largest_piece)));
                pieces[i].resize(read_at(fds[i].get(), pieces[i], range.offset + done));
            }
            if (pieces[0] != pieces[1]) return false;
            if (pieces[0].empty()) break;
        }
    }
    return true;
}

// Shows on the terminal, while it lives, what each source gives.
class RateDisplay {
  public:
    // The sources' counts began at `begin`.
    RateDisplay(cli::Progress& progress, const ipfs::Fetcher* fetcher, std::chrono::steady_clock::time_point begin) {
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

Getter::Getter(const custodian::Home& home, Sources& sources, const std::optional<ipfs::Range>& range, bool quiet)
    : sources_(sources),
      folder_(home.fetched()),
      former_(home.fetched(), folder_.path()),
      unfinished_(home.fetched()),
      range_(range),
      progress_("files", quiet) {}

void Getter::operator()(cli::Batch& batch) {
    sources_.open();
    const RateDisplay display(progress_, sources_.fetcher(), begin_);
    const std::vector<cli::Item*> items = batch.objects();
    const auto at_once = static_cast<unsigned>(std::max<std::size_t>(items.size(), 1));
    const unsigned workers = std::max(1U, worker_count() / at_once);
    const std::vector<std::vector<cli::Item*>> objects = by_object(items);
    parallel_for(objects.size(), sources_.at_once(), [&](std::size_t i) { get_object(objects[i], workers); });
    if (sources_.has_none_left()) count_without_source(items);
    if (sources_.fetcher() == nullptr || range_) return;
    for (cli::Item* const item : items) {
        if (!item->failed() && !item->dropped) name(*item);
    }
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

// All records of one object share its file, so they come one after the other.
void Getter::get_object(const std::vector<cli::Item*>& items, unsigned workers) {
    const cli::Item* done = nullptr;
    for (cli::Item* const item : items) {
        if (done == nullptr) {
            get(*item, workers);
            if (!item->failed()) done = item;
        } else if (is_same_payload(*done, *item)) {
            put_path(*item);
        } else {
            item->fail(another_payload());
        }
    }
}

void Getter::put_path(cli::Item& item) {
    item.line.set("payload.path", json::quote(folder_.place(item.object->id).string()));
    progress_.add(1, item.object->payload.size);
}

void Getter::get(cli::Item& item, unsigned workers) {
    cli::stop_if_signalled();
    const record::Object& object = *item.object;
    try {
        const auto cid = ipfs::Cid::parse(object.payload.cid.value_or(""));
        if (!object.payload.cid) throw Error(ErrorKind::input, "'payload.cid' is missing", "run msh-put first");
        if (!cid) throw Error(ErrorKind::input, "'payload.cid' has no valid value");
        const ipfs::PayloadName payload{*cid, object.payload.size};
        sources_.look_for(*cid);
        if (range_) {
            get_part(item, payload, workers);
        } else {
            get_whole(payload, object.id, workers);
        }
        put_path(item);
    } catch (const Error& error) {
        cli::stop_if_signalled();
        const bool is_refused = dynamic_cast<const ipfs::Unusable*>(&error) != nullptr;
        if (error.kind() != ErrorKind::input && error.kind() != ErrorKind::again && !is_refused) throw;
        if (error.kind() == ErrorKind::again || sources_.router_failed()) may_go_better_ = true;
        if (is_refused || sources_.router_refused()) was_refused_ = true;
        item.fail(error);
    }
}

// What is far can be broken off: it grows where the next run finds it. What an earlier batch has fetched is promised to
// whoever has its record.
void Getter::get_whole(const ipfs::PayloadName& payload, const Id& object, unsigned workers) {
    const auto place = folder_.place(object);
    if (is_there(place) && !holds(place, payload, workers)) throw another_payload();
    if (take_from_former_run(payload, object, workers)) return;
    if (sources_.fetcher() == nullptr) {
        ipfs::InTurn finder(sources_.all(), workers, cli::is_signalled);
        return ipfs::download(payload, sources_.all(), finder, layout, folder_.place(object));
    }
    const auto file = folder_.unfinished(object);
    (void)unfinished_.take_over(object, file);
    ipfs::grow(payload, *sources_.fetcher(), layout, file);
}

// A payload that msh-decrypt has not taken yet gets one more name: the former one is promised by the records of its run.
// Its bytes are what its CID names, whoever has fetched them.
bool Getter::take_from_former_run(const ipfs::PayloadName& payload, const Id& object, unsigned workers) const {
    for (const std::filesystem::path& file : former_.places(object)) {
        try {
            const ipfs::NamedFile named = ipfs::name_payload(file, payload.size, layout, workers);
            if (named.root == payload.root && ::link(file.c_str(), folder_.place(object).c_str()) == 0) return true;
        } catch (const Error&) {
            // gone meanwhile, or a part, or another payload of the object
        }
    }
    return false;
}

// Before its record leaves. Of two records of one object, the second finds it done.
void Getter::name(cli::Item& item) const {
    const auto place = folder_.place(item.object->id);
    if (std::rename(folder_.unfinished(item.object->id).c_str(), place.c_str()) == 0) return;
    if (errno != ENOENT || ::access(place.c_str(), F_OK) != 0) {
        throw system_error("cannot rename a fetched payload", errno);
    }
}

void Getter::get_part(cli::Item& item, const ipfs::PayloadName& payload, unsigned workers) {
    const std::vector<ipfs::Range> ranges = payload_ranges(*range_);
    if (ranges.back().offset >= payload.size) throw Error(ErrorKind::input, "the range begins behind the file's end");
    const auto place = folder_.place(item.object->id);
    const auto part = folder_.unfinished(item.object->id);
    sources_.with_finder(
        workers, [&](ipfs::BlockFinder& finder) { ipfs::download_part(payload, finder, layout, ranges, part); });
    if (is_there(place) && !holds_part(place, part, ranges)) {
        ::unlink(part.c_str());
        throw another_payload();
    }
    if (std::rename(part.c_str(), place.c_str()) != 0) throw system_error("cannot rename a fetched payload", errno);
}

}  // namespace msh
