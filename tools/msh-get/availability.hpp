// How many sources hold each payload, all of it.
//
// Each object's record is replaced by a line
//
//     {"msh":1,"type":"availability","id":"<32 hex>","cid":"bafk...","whole":2,
//      "sources":[{"source":"one.example","state":"whole"}, ...]}
//
// The states are "whole", "part", "absent", and "unknown" of one that does not answer as it should. What lies on this
// machine is read and verified; what others say they have is believed here, and is not fetched, unless they say so of
// everything (nodes/remote_source.hpp).
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/record_loop.hpp"
#include "cli/repeated_errors.hpp"
#include "ipfs/payload.hpp"
#include "sources.hpp"
#include "storage/target.hpp"

namespace msh {

class Availability {
  public:
    // The sources look here. With a place to repair, whole payloads that it lacks are put there; the line then has one
    // more member, "repaired": true, or false where it had it or could not be given it.
    Availability(Sources& sources, const std::optional<std::string>& repair) : sources_(sources), repair_(repair) {}

    void operator()(cli::Batch& batch);

    // `failed` where a state is unknown and will be so later, `again` where it is unknown now, `no` where a payload is
    // whole in no source.
    [[nodiscard]] cli::ExitCode verdict() const;

  private:
    struct State {
        std::string source;
        std::string_view state;
    };
    struct Row {
        cli::Item* item = nullptr;
        std::optional<ipfs::PayloadRef> payload;
        std::vector<State> states;
        bool is_whole_somewhere = false;
        bool is_repaired = false;
    };

    void look(Row& row);
    void repair(Row& row);
    void note_source(const Error& error);
    void settle(std::vector<Row>& rows);
    [[nodiscard]] std::string line_of(const Row& row) const;
    [[nodiscard]] std::string_view state_local(ipfs::BlockSource& source, const ipfs::PayloadRef& payload);
    [[nodiscard]] std::string_view state_remote(nodes::RemoteSource& node, const ipfs::Cid& root,
                                                const std::vector<ipfs::Cid>& blocks);
    // None where a node is nowhere.
    [[nodiscard]] std::vector<ipfs::Cid> blocks_of(const ipfs::PayloadRef& payload);

    Sources& sources_;
    std::optional<std::string> repair_;
    std::unique_ptr<storage::Target> target_;  // once there are records
    std::atomic<bool> some_refused_{false};
    std::atomic<bool> some_failed_{false};
    std::atomic<bool> some_nowhere_{false};
    cli::RepeatedErrors errors_;
};

}  // namespace msh
