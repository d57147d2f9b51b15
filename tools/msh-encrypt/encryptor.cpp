#include "encryptor.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/parallel.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"
#include "keystore/projects.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_files_a_round = 64;                      // each open until it is encrypted
constexpr std::uint64_t memory_a_round = std::uint64_t{16} << 20;  // taken by parsed files
constexpr std::uint64_t memory_a_file = std::uint64_t{4} << 20;    // while others are parsed, besides the file itself
constexpr std::size_t files_a_batch = 512;
constexpr std::uint64_t bytes_a_batch = std::uint64_t{256} << 20;

bool is_in_spool(const record::Object& record) {
    std::error_code ignored;
    return record.payload.path && fs::exists(*record.payload.path, ignored);
}

}  // namespace

Encryptor::Encryptor(const custodian::Home& home, keystore::Keystore& keystore, const EncryptOptions& options,
                     cli::Output& output, InputReport& report)
    : objects_(keystore),
      studies_(keystore),
      targets_(keystore),
      options_(options),
      output_(output),
      report_(report),
      memory_(keystore, options),
      progress_("files", options.quiet),
      project_key_(keystore::Projects(keystore).pseudonym_key(options.project)),
      folder_(home.spool()),
      disk_(folder_.path()),
      worker_(options_, project_key_, folder_),
      files_a_round_(files_at_once(max_files_a_round)) {}

Counts Encryptor::run(PathSource& paths) {
    while (true) {
        std::vector<Input> inputs = paths.next(files_a_round_);
        if (inputs.empty()) break;
        const bool is_idle = inputs.size() < files_a_round_;
        round(std::move(inputs));
        if (is_idle || filling_.size() >= files_a_batch || filling_bytes_ >= bytes_a_batch) start_sync();
        if (is_idle) finish_batch();
        cli::stop_if_signalled();
    }
    do {
        start_sync();
        finish_batch();
    } while (!filling_.empty());
    return counts_;
}

// A list names its files only now. What was encrypted so far is known to the next run.
void Encryptor::require_no_output(const std::vector<Input>& inputs) const {
    for (const Input& input : inputs) {
        if (input.error || input.is_link) continue;
        report_.require_other(input.path);
        if (output_.is_file(input.path)) throw Error(ErrorKind::usage, "-o would overwrite an input file");
    }
}

void Encryptor::round(std::vector<Input> inputs) {
    require_no_output(inputs);
    std::span<Input> left(inputs);
    while (!left.empty()) {
        Tasks tasks = prepare(left);
        if (tasks.empty()) tasks = prepare_large(left.front());
        left = left.subspan(tasks.size());
        work_through(std::move(tasks));
    }
}

// Parses as many as may be in memory together, up to the first one that takes more than its share: none, if that is it.
Encryptor::Tasks Encryptor::prepare(std::span<Input> inputs) {
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
Encryptor::Tasks Encryptor::prepare_large(const Input& input) {
    Tasks tasks(1);
    tasks.front().input = input;
    worker_.prepare(tasks.front(), dicom::max_parse_memory);
    return tasks;
}

void Encryptor::work_through(Tasks tasks) {
    find_done(tasks);
    for (Task& task : tasks) {
        if (task.open() && task.refusal) task.fail(*task.refusal);
    }
    take_studies(tasks);
    std::vector<Task*> open;
    for (Task& task : tasks) {
        if (task.open()) open.push_back(&task);
    }
    const unsigned threads = open.size() < worker_count() ? worker_count() : 1;
    parallel_for(open.size(), worker_count(), [&](std::size_t i) { worker_.encrypt(*open[i], threads); });
    for (Task& task : tasks) {
        if (task.open()) filling_bytes_ += task.record.payload.size;
        filling_.push_back(std::move(task));
    }
}

// Looks for earlier records. A large file is read through for its digest only where its hint is known.
void Encryptor::find_done(Tasks& tasks) {
    if (options_.again) return;
    std::vector<Task*> hinted;
    for (Task& task : tasks) {
        if (task.open() && objects_.hinted(task.hint)) hinted.push_back(&task);
    }
    parallel_for(hinted.size(), worker_count(), [&](std::size_t i) {
        if (!hinted[i]->digest) worker_.take_digest(*hinted[i]);
    });
    for (Task* task : hinted) {
        const auto done = task->open() ? objects_.done(task->done) : std::nullopt;
        auto record = done ? objects_.get(done->id) : std::nullopt;
        if (!record) continue;
        if (!is_in_spool(*record)) {
            if (!targets_.is_kept(done->id)) {
                task->lost = done->id;
                continue;
            }
            record = objects_.get(done->id);  // it may have gone there just now
            if (!record) continue;
        }
        const bool is_old = done->rules != options_.rules();
        if (is_old && options_.renew) continue;
        task->take_known(std::move(*record), is_old);
    }
}

void Encryptor::take_studies(Tasks& tasks) {
    const std::string profile = options_.profile();
    std::vector<Task*> open;
    std::vector<keystore::StudyRequest> requests;
    for (Task& task : tasks) {
        if (!task.open()) continue;
        open.push_back(&task);
        requests.push_back({options_.project, profile, task.lookup, options_.again});
    }
    auto studies = studies_.get_or_create(requests);
    for (std::size_t i = 0; i < open.size(); ++i) {
        open[i]->study = std::move(studies[i]);
        if (open[i]->study) continue;
        open[i]->fail(Error(ErrorKind::refused, "its study was shredded",
                            "remove the file from the export; if the study was shredded by mistake, --again of its "
                            "files alone starts a new one"),
                      "shredded");
        open[i]->failure->is_lasting = true;
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
    commit(syncing_);
    std::vector<Input> once_more;
    for (Task& task : syncing_) {
        if (task.gone) {
            once_more.push_back(std::move(task.input));
        } else {
            leave(task);
        }
    }
    output_.flush();
    report_.flush();
    memory_.commit();
    syncing_.clear();
    if (!once_more.empty()) round(std::move(once_more));
}

keystore::Reencrypt Encryptor::reencrypt(const Task& task) {
    if (options_.again && anew_.insert(task.done)) return keystore::Reencrypt::any;
    return options_.renew ? keystore::Reencrypt::of_other_rules : keystore::Reencrypt::none;
}

void Encryptor::commit(Tasks& tasks) {
    std::vector<keystore::NewObject> fresh;
    std::vector<Task*> owners;
    for (Task& task : tasks) {
        if (!task.open()) continue;
        fresh.push_back({task.record, task.hint, task.done, options_.rules(), reencrypt(task), task.lost});
        owners.push_back(&task);
    }
    const std::vector<keystore::Committed> committed = objects_.commit_new(fresh);
    for (std::size_t i = 0; i < owners.size(); ++i) {
        Task& task = *owners[i];
        if (committed[i].outcome == keystore::Committed::Outcome::stored) {
            memory_.take(task);
            continue;
        }
        std::error_code ignored;
        fs::remove(*task.record.payload.path, ignored);
        if (committed[i].outcome == keystore::Committed::Outcome::study_gone) {
            task.gone = true;
        } else {
            const auto done = objects_.done(task.done);
            task.take_known(objects_.get(committed[i].id).value(), done && done->rules != options_.rules());
        }
    }
}

void Encryptor::leave_failed(Task& task) {
    task.failure->is_known = memory_.meet(task);
    if (task.failure->is_known && !options_.retry_refused) {
        ++(task.is_refused() ? counts_.refused_before : counts_.damaged_before);
    } else {
        ++(task.is_refused() ? counts_.refused : counts_.damaged);
        say_failure(task);
    }
    report_.put(task);
}

void Encryptor::say_failure(const Task& task) {
    const Error& error = task.failure->error;
    std::string where = "input " + std::to_string(task.input.position);
    if (options_.show_paths) where += " (" + task.input.path.string() + ")";
    const std::string reason = (task.is_refused() ? "refused: " : "") + std::string(error.what());
    errors_.say(where, {error.kind(), reason, error.hint()});
}

void Encryptor::leave(Task& task) {
    if (task.failure) return leave_failed(task);
    report_.put(task);
    if (task.input.is_link) {
        ++counts_.links;
        return;
    }
    ++(task.is_old ? counts_.old : task.known ? counts_.known : counts_.encrypted);
    if (printed_.insert(task.record.id)) output_.put_line(record::to_json(task.record));
    progress_.add(1, task.record.payload.size);
}

}  // namespace msh
