// The loop of every filter: records in, in batches; each either fails or goes on; out in input order.
//
//     RecordLoop loop(files, common, output);
//     return loop.run([&](Batch& batch) {
//         for (Item* item : batch.objects()) { ...; item->line.set("payload.cid", ...); }
//         store.sync();                                  // durable before the records leave
//     });
//
// An Error thrown out of the step ends the run: no record of that batch leaves. What concerns one record is set on its
// item with fail(): it is reported by its position (cli/repeated_errors.hpp) and dropped, the others go on, and the
// exit code says so. Records of unknown type pass byte for byte.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/exit_code.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/repeated_errors.hpp"
#include "json/line.hpp"
#include "record/object.hpp"

namespace msh::cli {

struct Item {
    std::uint64_t position = 0;
    bool is_operand = false;  // an operand that could not be read: the position is its own
    json::Line line;
    std::optional<record::Object> object;  // of an object record
    std::optional<Error> error;
    std::optional<std::string> result;  // leaves in place of the line
    bool dropped = false;               // goes no further, without an error
    bool is_of_other_type = false;      // dropped, as the program cannot pass it on
    bool failed() const noexcept { return error.has_value(); }
    void fail(const Error& why) { error = why; }
};

class Batch {
  public:
    [[nodiscard]] std::vector<Item>& items() noexcept { return items_; }
    [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }
    // The object records that have not failed.
    [[nodiscard]] std::vector<Item*> objects();
    // Keeps the object records alone, for programs whose output is no longer records. Records of other types are
    // counted in a note at the end of the run; a line that is not a record fails.
    void drop_other_types();

  private:
    std::vector<Item> items_;
};

class RecordLoop {
  public:
    RecordLoop(std::vector<std::string> operands, const CommonOptions& common, Output& output);

    // What ends a line that leaves: a newline unless set.
    void set_end(char end) noexcept { end_ = end; }

    using Step = std::function<void(Batch&)>;

    // For programs that show their progress themselves.
    void show_no_progress() noexcept { shows_progress_ = false; }

    // Does not commit the output. Gives `done` or `bad_input`.
    [[nodiscard]] ExitCode run(const Step& step, const char* noun = "records");
    // For filters that wait for the disk: `step` gives back the rest of what is to be done before its batch leaves.
    // That runs on a thread of its own while `step` works on the next batch; the items stay where they are.
    using Rest = std::function<void()>;
    using StepWithRest = std::function<Rest(Batch&)>;
    [[nodiscard]] ExitCode run_overlapped(const StepWithRest& step);

    [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }

  private:
    void report(const Item& item);
    [[nodiscard]] ExitCode finish();
    void leave(Batch& batch, Progress& progress);

    std::vector<std::string> operands_;
    const CommonOptions& common_;
    Output& output_;
    char end_ = '\n';
    bool shows_progress_ = true;
    RepeatedErrors errors_;
    std::uint64_t failures_ = 0;
    std::uint64_t of_other_types_ = 0;
};

}  // namespace msh::cli
