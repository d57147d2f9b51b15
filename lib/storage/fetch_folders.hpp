// Where fetched payloads are written, and how files that former runs left are used again.
//
// A payload's place is RUN/ID (custodian/run_folder.hpp), and anyone who was granted a study's secret can make a second
// payload for an object of it. So if records name two payloads of one object, the second goes into another folder of
// this run.
//
//     FetchFolders folders(home.fetched());
//     for (const PayloadGroup& group : folders.group(requests)) {
//         if (folders.link_former(group, workers)) continue;
//         const auto file = folders.take_unfinished(group);     // which a download makes, or continues
//         ...
//         folders.finish(group);                                // before its records leave
//     }
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <span>
#include <vector>

#include "custodian/run_folder.hpp"
#include "ipfs/payload.hpp"
#include "storage/fetch_request.hpp"

namespace msh::storage {

// Records of one object that name one payload: they share its file.
struct PayloadGroup {
    ipfs::PayloadRef payload;
    std::vector<FetchRequest*> requests;  // at least one
    const custodian::RunFolder* folder = nullptr;

    [[nodiscard]] const Id& object() const { return requests.front()->object.id; }
    [[nodiscard]] std::filesystem::path place() const { return folder->place(object()); }
};

class FetchFolders {
  public:
    // `parent` holds the folders of all runs, each swept by custodian::sweep_fetched().
    explicit FetchFolders(const std::filesystem::path& parent);

    // Sets an error on requests without a valid CID, and on those beyond 64 payloads of one object. `requests` must
    // outlive the groups.
    [[nodiscard]] std::vector<PayloadGroup> group(std::span<FetchRequest> requests);

    // The next two may be called by several threads, each for another group.

    // Returns whether a former run left the payload, which msh-decrypt has not taken yet. If so, it is linked into this
    // run's folder. The former name stays, because records of that run name it. The bytes are checked against the CID.
    [[nodiscard]] bool link_former(const PayloadGroup& group, unsigned workers) const;
    // The file for a download that can be resumed. It already holds what an interrupted former run got.
    [[nodiscard]] std::filesystem::path take_unfinished(const PayloadGroup& group);

    // Moves the file of take_unfinished() to its place. What link_former() linked is there already.
    static void finish(const PayloadGroup& group);

  private:
    [[nodiscard]] std::size_t find_folder(const Id& object, const ipfs::PayloadRef& payload, std::size_t from);

    std::filesystem::path parent_;
    std::deque<custodian::RunFolder> folders_;
    custodian::FormerRuns former_;
    custodian::UnfinishedFiles unfinished_;
};

}  // namespace msh::storage
