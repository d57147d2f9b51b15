#include "intake/keystore_steps.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace msh::intake {
namespace fs = std::filesystem;
namespace {

bool is_in_spool(const record::Object& record) {
    std::error_code ignored;
    return record.payload.path && fs::exists(*record.payload.path, ignored);
}

Failure shredded() {
    Failure failure(Error(ErrorKind::refused, "its study was shredded",
                          "remove the file from the export; if the study was shredded by mistake, --again of its "
                          "files alone starts a new one"),
                    "shredded");
    failure.is_lasting = true;
    return failure;
}

}  // namespace

void KeystoreSteps::find_earlier(Tasks& tasks, const Worker& worker) {
    if (options_.again) return;
    std::vector<Task*> hinted;
    for (Task& task : tasks) {
        if (task.is_open() && objects_.hinted(task.hint)) hinted.push_back(&task);
    }
    parallel_for(hinted.size(), worker_count(), [&](std::size_t i) {
        if (!hinted[i]->content) worker.take_digest(*hinted[i]);
    });
    for (Task* const task : hinted) {
        if (task->is_open()) take_earlier(*task);
    }
}

void KeystoreSteps::take_earlier(Task& task) {
    const auto earlier = objects_.done(task.file_digest);
    auto record = earlier ? objects_.get(earlier->id) : std::nullopt;
    if (!record) return;
    if (!is_in_spool(*record)) {
        if (!targets_.is_kept(earlier->id)) {
            task.lost = earlier->id;
            return;
        }
        record = objects_.get(earlier->id);  // it may have gone there just now
        if (!record) return;
    }
    const bool is_of_older_rules = earlier->rules != options_.rules();
    if (is_of_older_rules && options_.renew) return;
    task.take_known(std::move(*record), is_of_older_rules);
}

void KeystoreSteps::take_studies(Tasks& tasks) {
    const std::string profile = options_.profile();
    std::vector<Task*> open;
    std::vector<keystore::StudyRequest> requests;
    for (Task& task : tasks) {
        if (!task.is_open()) continue;
        open.push_back(&task);
        requests.push_back({options_.project, profile, task.study_digest, options_.again});
    }
    auto studies = studies_.get_or_create(requests);
    for (std::size_t i = 0; i < open.size(); ++i) {
        open[i]->study = std::move(studies[i]);
        if (!open[i]->study) open[i]->fail(shredded());
    }
}

keystore::Reencrypt KeystoreSteps::reencrypt(const Task& task) {
    if (options_.again && anew_.insert(task.file_digest)) return keystore::Reencrypt::any;
    return options_.renew ? keystore::Reencrypt::of_other_rules : keystore::Reencrypt::none;
}

void KeystoreSteps::commit(Tasks& tasks) {
    std::vector<keystore::NewObject> fresh;
    std::vector<Task*> owners;
    for (Task& task : tasks) {
        if (!task.is_open()) continue;
        fresh.push_back({task.record, task.hint, task.file_digest, options_.rules(), reencrypt(task), task.lost});
        owners.push_back(&task);
    }
    const std::vector<keystore::Committed> committed = objects_.commit_new(fresh);
    for (std::size_t i = 0; i < owners.size(); ++i)
        settle(*owners[i], committed[i]);
}

void KeystoreSteps::settle(Task& task, const keystore::Committed& committed) {
    if (committed.outcome == keystore::Committed::Outcome::stored) return;
    std::error_code ignored;
    fs::remove(*task.record.payload.path, ignored);
    if (committed.outcome == keystore::Committed::Outcome::study_gone) {
        task.is_study_gone = true;
    } else {
        const auto other = objects_.done(task.file_digest);
        task.take_known(objects_.get(committed.id).value(), other && other->rules != options_.rules());
    }
}

}  // namespace msh::intake
