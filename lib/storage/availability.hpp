// Counts the sources that hold each payload completely. With a target, also copies payloads to it that it lacks.
//
// The answer to each object's record is a line
//
//     {"msh":1,"type":"availability","id":"<32 hex>","cid":"bafk...","whole":2,
//      "sources":[{"source":"one.example","state":"whole"}, ...]}
//
// with the states of storage/source_states.hpp. With a target there is one more member, "repaired": true if the payload
// was copied to the target, false if it was already there or could not be copied.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/program.hpp"
#include "ipfs/payload.hpp"
#include "record/object.hpp"
#include "storage/payload_sources.hpp"
#include "storage/source_states.hpp"
#include "storage/target.hpp"

namespace msh::storage {

// A record, and the answer: one of the two.
struct AvailabilityRequest {
    const record::Object& object;
    std::optional<std::string> line{};
    std::optional<Error> error{};
};

class Availability {
  public:
    // Called with the reason if the target refuses a payload in commit().
    using OnRefused = std::function<void(const Error& why)>;

    // Both must outlive it; the sources look here (SourceStates).
    Availability(PayloadSources& sources, Program& program, OnRefused on_refused);

    // A batch; the sources are open, and so is the target, if there is one. What was put there is durable then. Sets a
    // request's error for Error (input); any other Error ends the run.
    void find(std::span<AvailabilityRequest> requests, Target* repaired = nullptr);

    // Whether trying again may help: a source did not answer as it should, or the target refused a payload.
    [[nodiscard]] bool may_go_better() const noexcept { return states_.may_go_better() || was_payload_refused_; }
    // Whether a source failed permanently.
    [[nodiscard]] bool was_refused() const noexcept { return states_.was_refused(); }
    // Whether a payload is whole in no source, nor in the target.
    [[nodiscard]] bool is_any_missing() const noexcept { return is_any_missing_; }

  private:
    struct Row {
        AvailabilityRequest* request = nullptr;
        std::optional<ipfs::PayloadRef> payload;  // once its CID is known to be one
        std::vector<SourceState> states;
        bool is_whole_somewhere = false;
        bool is_repaired = false;
    };
    void look(Row& row);
    void repair(Row& row, Target& target);
    void commit(std::span<Row> rows, Target& target);
    [[nodiscard]] static std::string line_of(const Row& row, bool is_repair);

    PayloadSources& sources_;
    Program& program_;
    OnRefused on_refused_;
    SourceStates states_;
    bool was_payload_refused_ = false;
    bool is_any_missing_ = false;
};

}  // namespace msh::storage
