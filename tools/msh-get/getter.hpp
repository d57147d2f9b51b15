// Payloads out of any number of sources, into a folder of this run.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/byte_range.hpp"
#include "cli/progress.hpp"
#include "cli/record_loop.hpp"
#include "custodian/home.hpp"
#include "custodian/run_folder.hpp"
#include "ipfs/download.hpp"
#include "nodes/fetcher.hpp"
#include "payload_folders.hpp"
#include "sources.hpp"

namespace msh {

class Getter {
  public:
    // With a range, only what is needed of a payload for these bytes of the file in it.
    Getter(const custodian::Home& home, Sources& sources, const std::optional<ByteRange>& range, bool quiet);

    // Each object's line gets the path of its payload.
    void operator()(cli::Batch& batch);

    // After the last batch: says how many records came after the last source was given up.
    void tell_without_source() const;

    // Whether a source did not answer as it should, so that trying again may help.
    [[nodiscard]] bool may_go_better() const noexcept { return may_go_better_; }
    // Whether one will not answer as it should later either.
    [[nodiscard]] bool was_refused() const noexcept { return was_refused_; }

  private:
    void get_payload(const SamePayload& group, unsigned workers);
    void get(cli::Item& item, const SamePayload& group, unsigned workers);
    void put_path(cli::Item& item, const custodian::RunFolder& folder);
    void get_whole(const SamePayload& group, const Id& object, unsigned workers);
    [[nodiscard]] bool take_from_former_run(const SamePayload& group, const Id& object, unsigned workers) const;
    static void name(const SamePayload& group);
    void count_without_source(const std::vector<cli::Item*>& items);
    void get_part(const SamePayload& group, const Id& object, unsigned workers);

    Sources& sources_;
    PayloadFolders folders_;
    custodian::FormerRuns former_;
    custodian::UnfinishedFiles unfinished_;  // of runs that were broken off
    std::optional<ByteRange> range_;
    cli::Progress progress_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::atomic<bool> may_go_better_{false};
    std::atomic<bool> was_refused_{false};
    std::uint64_t without_source_ = 0;  // records that failed when no source was left
};

}  // namespace msh
