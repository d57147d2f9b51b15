#include "cli/record_loop.hpp"

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
constexpr std::size_t most_records = 1024;
constexpr std::size_t most_bytes = std::size_t{2} << 20;
constexpr std::size_t worth_a_thread = 64;  // records

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
                item.line = record::Line::parse(std::move(entry.text));
        }
        if (record::is_object(item.line)) item.object = record::read_object(item.line);
    } catch (const Error& error) {
        item.fail(error);
    }
    return item;
}

Batch load(LineReader& reader) {
    std::vector<LineReader::Entry> entries = reader.next(most_records, most_bytes);
    Batch batch;
    batch.items().resize(entries.size());
    const unsigned threads = entries.size() < worth_a_thread ? 1 : worker_count();
    parallel_for(entries.size(), threads, [&](std::size_t i) { batch.items()[i] = to_item(entries[i]); });
    return batch;
}

// Whatever ends the loop, the thread that waits for more input ends too.
class ReaderStop {
  public:
    explicit ReaderStop(LineReader& reader) : reader_(reader) {}
    ReaderStop(const ReaderStop&) = delete;
    ReaderStop& operator=(const ReaderStop&) = delete;
    ~ReaderStop() { reader_.cancel(); }

  private:
    LineReader& reader_;
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
        if (!item.object && !item.failed()) item.dropped = true;
    }
}

RecordLoop::RecordLoop(std::vector<std::string> operands, const CommonOptions& common, Output& output)
    : operands_(std::move(operands)), common_(common), output_(output) {}

void RecordLoop::report(const Item& item) {
    const std::string place = std::to_string(item.position);
    std::string where = "record " + place;
    if (item.is_operand) {
        where = "operand " + place;
        if (common_.show_paths) where += " (" + printable(operands_[item.position - 1]) + ")";
    }
    say(Error(item.error->kind(), where + ": " + item.error->what(), item.error->hint()));
    ++failures_;
}

ExitCode RecordLoop::run(const std::function<void(Batch&)>& step, const char* noun) {
    LineReader reader(operands_, '\n');
    Progress progress(noun, common_.quiet);
    // One batch is read and parsed while the one before it is worked on.
    std::future<Batch> coming = std::async(std::launch::async, load, std::ref(reader));
    const ReaderStop stop(reader);
    while (true) {
        Batch batch = coming.get();
        if (batch.items().empty()) break;
        coming = std::async(std::launch::async, load, std::ref(reader));
        std::uint64_t bytes = 0;
        for (const Item* item : batch.objects())
            bytes += item->object->payload.size;
        step(batch);
        for (const Item& item : batch.items()) {
            if (item.failed()) {
                report(item);
            } else if (!item.dropped) {
                output_.put_line(item.result ? *item.result : item.line.text(), end_);
            }
        }
        output_.flush();
        progress.add(batch.items().size(), bytes);
        stop_if_signalled();
    }
    return failures_ == 0 ? ExitCode::done : ExitCode::bad_input;
}

}  // namespace msh::cli
