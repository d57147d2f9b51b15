#include "cli/record_loop.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <utility>

#include "base/parallel.hpp"
#include "cli/line_reader.hpp"
#include "cli/messages.hpp"
#include "cli/progress.hpp"
#include "cli/signals.hpp"

namespace msh::cli {
namespace {

// Large enough that a sync a batch costs little, small enough for the memory a filter may use.
constexpr std::size_t max_records = 1024;
constexpr std::size_t max_bytes = std::size_t{2} << 20;
constexpr std::size_t worth_a_thread = 64;  // records

// What leaves has to be a line that the next program takes.
void require_line(Item& item) {
    if (item.failed() || item.dropped || item.result || item.line.text().size() <= max_line) return;
    item.fail(Error(ErrorKind::input, "the record would become longer than 1 MiB"));
}

Item to_item(LineReader::Entry& entry) {
    Item item;
    item.position = entry.position;
    try {
        switch (entry.kind) {
            case LineReader::Kind::too_long:
                throw Error(ErrorKind::input, "the line is longer than 1 MiB");
            case LineReader::Kind::unreadable:
                item.is_operand = true;
                throw Error(ErrorKind::input, entry.text);
            case LineReader::Kind::text:
                item.line = json::Line::parse(std::move(entry.text));
        }
        if (record::is_object(item.line)) item.object = record::read_object(item.line);
    } catch (const Error& error) {
        item.fail(error);
    }
    return item;
}

Batch load(LineReader& reader) {
    std::vector<LineReader::Entry> entries = reader.next(max_records, max_bytes);
    Batch batch;
    batch.items().resize(entries.size());
    const unsigned threads = entries.size() < worth_a_thread ? 1 : worker_count();
    parallel_for(entries.size(), threads, [&](std::size_t i) { batch.items()[i] = to_item(entries[i]); });
    return batch;
}

// Reads and parses one batch while the one before it is worked on.
class BatchReader {
  public:
    explicit BatchReader(LineReader& reader) : reader_(reader) { start(); }
    BatchReader(const BatchReader&) = delete;
    BatchReader& operator=(const BatchReader&) = delete;
    // Whatever ends the loop, the thread that waits for more input ends too.
    ~BatchReader() { reader_.cancel(); }

    [[nodiscard]] bool is_ready() const {
        return coming_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

    // An empty one at the end.
    [[nodiscard]] Batch next() {
        Batch batch = coming_.get();
        start();
        return batch;
    }

  private:
    void start() { coming_ = std::async(when_possible, load, std::ref(reader_)); }

    LineReader& reader_;
    std::future<Batch> coming_;
};

}  // namespace

std::vector<Item*> Batch::objects() {
    std::vector<Item*> objects;
    for (Item& item : items_) {
        if (item.object && !item.failed() && !item.dropped) objects.push_back(&item);
    }
    return objects;
}

void Batch::drop_other_types() {
    for (Item& item : items_) {
        if (item.object || item.failed()) continue;
        if (!record::is_record(item.line)) {
            item.fail(Error(ErrorKind::input, "the line is not a record"));
            continue;
        }
        item.dropped = item.is_of_other_type = true;
    }
}

RecordLoop::RecordLoop(std::vector<std::string> operands, const CommonOptions& common, Output& output)
    : operands_(std::move(operands)), common_(common), output_(output) {}

void RecordLoop::report(const Item& item) {
    const std::string place = std::to_string(item.position);
    std::string where = "record " + place;
    if (item.is_operand) {
        where = "operand " + place;
        if (common_.show_paths) where += " (" + operands_[item.position - 1] + ")";
    }
    errors_.say(where, *item.error);
    ++failures_;
}

void RecordLoop::leave(Batch& batch, Progress& progress) {
    std::uint64_t bytes = 0;
    for (Item& item : batch.items()) {
        require_line(item);
        if (item.is_of_other_type) ++of_other_types_;
        if (item.failed()) {
            report(item);
        } else if (!item.dropped) {
            output_.put_line(item.result ? *item.result : item.line.text(), end_);
            if (item.object) bytes += item.object->payload.size;
        }
    }
    output_.flush();
    progress.add(batch.items().size(), bytes);
    stop_if_signalled();
}

ExitCode RecordLoop::finish() {
    errors_.finish();
    if (of_other_types_ > 0) {
        say_note("skipped " + std::to_string(of_other_types_) +
                 (of_other_types_ == 1 ? " record of another type" : " records of other types"));
    }
    return failures_ == 0 ? ExitCode::done : ExitCode::bad_input;
}

ExitCode RecordLoop::run(const Step& step, const char* noun) {
    Progress progress(noun, common_.quiet || !shows_progress_);
    LineReader reader(operands_, '\n');
    BatchReader batches(reader);
    for (Batch batch = batches.next(); !batch.items().empty(); batch = batches.next()) {
        step(batch);
        leave(batch, progress);
    }
    return finish();
}

ExitCode RecordLoop::run_overlapped(const StepWithRest& step) {
    Progress progress("records", common_.quiet || !shows_progress_);
    LineReader reader(operands_, '\n');
    BatchReader batches(reader);
    Batch finishing;
    Rest rest;                   // of it
    std::future<void> finished;  // behind what it works on, so that it ends first
    const auto finish_former = [&] {
        if (!finished.valid()) return;
        finished.get();
        leave(finishing, progress);
    };
    while (true) {
        if (!batches.is_ready()) finish_former();  // nobody waits for records that are done
        Batch batch = batches.next();
        if (batch.items().empty()) break;
        Rest next = step(batch);
        finish_former();
        finishing = std::move(batch);
        rest = std::move(next);
        // By reference: where no thread can be created, std::async() has moved from its argument before it is deferred.
        finished = std::async(when_possible, [&rest] { rest(); });
    }
    finish_former();
    return finish();
}

}  // namespace msh::cli
