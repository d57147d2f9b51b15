// Fetches payloads out of any number of sources, every block verified, into a folder of this run.
//
//     Getter getter(home, sources, {}, program, on_fetched);
//     getter.get(requests);                          // a batch; the sources are open
//     ...
//     getter.report_unfetched();                     // after the last batch
//
// Nothing is synced: a payload can be fetched again. A download from remote sources that was interrupted is resumed by
// the next run.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "base/byte_range.hpp"
#include "base/program.hpp"
#include "custodian/home.hpp"
#include "record/object.hpp"
#include "storage/fetch_folders.hpp"
#include "storage/fetch_request.hpp"
#include "storage/payload_sources.hpp"

namespace msh::storage {

class Getter {
  public:
    // Called by any thread, for each record whose payload is there.
    using OnFetched = std::function<void(const record::Object& object)>;

    // All must outlive it. With a range, fetches only the chunks of a payload that hold these bytes of the plaintext.
    Getter(const custodian::Home& home, PayloadSources& sources, const std::optional<ByteRange>& range,
           Program& program, OnFetched on_fetched);

    // Sets payload.path in each request's line, or the request's error. Error (failed) ends the run, as on a full disk.
    void get(std::span<FetchRequest> requests);

    // Prints how many requests are only counted.
    void report_unfetched() const;

    // Whether a source did not answer as it should, so that trying again may help.
    [[nodiscard]] bool may_go_better() const noexcept { return may_go_better_; }
    // Whether a source failed permanently.
    [[nodiscard]] bool was_refused() const noexcept { return was_refused_; }

  private:
    void get(const PayloadGroup& group, unsigned workers);
    void get(FetchRequest& request, const PayloadGroup& group, unsigned workers);
    void get_whole(const PayloadGroup& group, unsigned workers);
    void get_range(const PayloadGroup& group, unsigned workers);
    void set_path(FetchRequest& request, const PayloadGroup& group) const;
    void count_unfetched(std::span<FetchRequest> requests);

    PayloadSources& sources_;
    FetchFolders folders_;
    std::optional<ByteRange> range_;
    Program& program_;
    OnFetched on_fetched_;
    std::atomic<bool> may_go_better_{false};
    std::atomic<bool> was_refused_{false};
    std::uint64_t unfetched_ = 0;  // requests that failed when no source was left
};

}  // namespace msh::storage
