#include "intake/encryptor.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/parallel.hpp"
#include "dicom/parse_guard.hpp"
#include "keystore/projects.hpp"

namespace msh::intake {
namespace {

constexpr std::size_t max_files_a_round = 64;                      // each open until it is encrypted
constexpr std::uint64_t memory_a_round = std::uint64_t{16} << 20;  // taken by parsed files
constexpr std::uint64_t memory_a_file = std::uint64_t{4} << 20;    // while others are parsed, besides the file itself
constexpr std::size_t files_a_batch = 512;
constexpr std::uint64_t bytes_a_batch = std::uint64_t{256} << 20;

}  // namespace

Encryptor::Encryptor(const custodian::Home& home, keystore::Keystore& keystore, const Options& options,
                     Results& results, const Program& program)
    : options_(options),
      results_(results),
      program_(program),
      keystore_(keystore, options),
      memory_(keystore, options),
      pseudonym_key_(keystore::Projects(keystore).pseudonym_key(options.project)),
      folder_(home.spool()),
      disk_(folder_.path()),
      worker_(options_, pseudonym_key_, folder_),
      files_a_round_(files_at_once(max_files_a_round)) {}

Counts Encryptor::run(const NextInputs& next) {
    while (true) {
        std::vector<Input> inputs = next(files_a_round_);
        if (inputs.empty()) break;
        const bool is_idle = inputs.size() < files_a_round_;
        round(std::move(inputs));
        if (is_idle || filling_.size() >= files_a_batch || filling_bytes_ >= bytes_a_batch) start_sync();
        if (is_idle) finish_batch();
        program_.stop_if_signalled();
    }
    do {
        start_sync();
        finish_batch();
    } while (!filling_.empty());
    return counts_;
}

// A list names its files only now. What was encrypted so far is known to the next run.
void Encryptor::require_no_output(const std::vector<Input>& inputs) {
    for (const Input& input : inputs) {
        if (!input.error && !input.is_link) results_.require_no_output(input.path);
    }
}

void Encryptor::round(std::vector<Input> inputs) {
    require_no_output(inputs);
    std::span<const Input> left(inputs);
    while (!left.empty()) {
        Tasks tasks = prepare(left);
        if (tasks.empty()) tasks = prepare_large(left.front());
        left = left.subspan(tasks.size());
        work_through(std::move(tasks));
    }
}

// Parses as many as may be in memory together, up to the first one that takes more than its share: none, if that is it.
Tasks Encryptor::prepare(std::span<const Input> inputs) const {
    Tasks tasks(inputs.size());
    std::atomic<std::uint64_t> held{0};
    tasks.resize(parallel_while(
        inputs.size(), worker_count(), [&] { return held < memory_a_round; },
        [&](std::size_t i) {
            tasks[i].input = inputs[i];
            worker_.prepare(tasks[i], memory_a_file);
            if (tasks[i].instance) held += tasks[i].instance->memory();
            if (tasks[i].is_large) held += memory_a_round;
        }));
    tasks.erase(std::find_if(tasks.begin(), tasks.end(), [](const Task& task) { return task.is_large; }), tasks.end());
    return tasks;
}

// One that takes more is alone.
Tasks Encryptor::prepare_large(const Input& input) const {
    Tasks tasks(1);
    tasks.front().input = input;
    worker_.prepare(tasks.front(), dicom::max_parse_memory);
    return tasks;
}

void Encryptor::work_through(Tasks tasks) {
    keystore_.find_earlier(tasks, worker_);
    for (Task& task : tasks) {
        if (task.is_open() && task.refusal) task.fail(*task.refusal);
    }
    keystore_.take_studies(tasks);
    std::vector<Task*> open;
    for (Task& task : tasks) {
        if (task.is_open()) open.push_back(&task);
    }
    const unsigned threads = open.size() < worker_count() ? worker_count() : 1;
    parallel_for(open.size(), worker_count(), [&](std::size_t i) { worker_.encrypt(*open[i], threads); });
    for (Task& task : tasks) {
        if (task.is_open()) filling_bytes_ += task.record.payload.size;
        filling_.push_back(std::move(task));
    }
}

// The batch under way is finished first, so records leave in input order.
void Encryptor::start_sync() {
    finish_batch();
    if (filling_.empty()) return;
    syncing_ = std::exchange(filling_, {});
    const bool wrote = std::exchange(filling_bytes_, 0) > 0;
    sync_ = std::async(when_possible, [this, wrote] {
        if (wrote) disk_.sync();
    });
}

void Encryptor::finish_batch() {
    if (!sync_.valid()) return;
    sync_.get();
    keystore_.commit(syncing_);
    std::vector<Input> once_more;
    for (Task& task : syncing_) {
        if (task.is_study_gone) {
            once_more.push_back(std::move(task.input));
        } else {
            leave(task);
        }
    }
    results_.flush();
    memory_.commit();
    syncing_.clear();
    if (!once_more.empty()) round(std::move(once_more));
}

void Encryptor::leave(Task& task) {
    if (task.failure) task.failure->was_reported = memory_.meet(task);
    if (task.is_open()) memory_.forget(task);
    const bool is_reported = task.failure && (!task.failure->was_reported || options_.retry_refused);
    counts_.add(task, is_reported);
    if (is_reported) results_.report_failure(task);
    results_.put(task);
    if (task.has_record() && written_.insert(task.record.id)) results_.put_record(task.record);
}

}  // namespace msh::intake
