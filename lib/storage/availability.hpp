// How many sources hold each payload, all of it; and, if wanted, puts payloads that a target lacks there.
//
// The answer to each object's record is a line
//
//     {"msh":1,"type":"availability","id":"<32 hex>","cid":"bafk...","whole":2,
//      "sources":[{"source":"one.example","state":"whole"}, ...]}
//
// with the states of storage/source_states.hpp. With a target there is one more member, "repaired": true, or false
// where the target had the payload or could not be given it.
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
    // Why the target refused a payload in the end.
    using OnRefused = std::function<void(const Error& why)>;

    // Both must outlive it; the sources look here (SourceStates).
    Availability(PayloadSources& sources, Program& program, OnRefused on_refused);

    // A batch; the sources are open, and so is the target, if there is one. What was put there is durable then.
    void find(std::span<AvailabilityRequest> requests, Target* repaired = nullptr);

    // Whether a state is unknown that may be known later, or the target refused a payload that it may take later.
    [[nodiscard]] bool may_go_better() const noexcept { return states_.may_go_better() || was_payload_refused_; }
    // Whether a state will be unknown later, too.
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
