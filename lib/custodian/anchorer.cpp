#include "custodian/anchorer.hpp"

#include <cstddef>
#include <filesystem>

#include "base/attempt.hpp"
#include "base/parallel.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/shredding.hpp"
#include "record/merge.hpp"

namespace msh::custodian {
namespace {

constexpr std::size_t worth_a_thread = 64;  // records

unsigned threads_for(std::size_t records) {
    return records < worth_a_thread ? 1 : worker_count();
}

void require_member(bool known, bool given, const char* name) {
    if (!known || given) return;
    throw Error(ErrorKind::input, std::string("'") + name + "' is missing, but the record's leaf commits to it");
}

// A line must show all that its leaf commits to, or the anchor would not be its own.
void require_whole(const record::Object& line, const record::Object& known) {
    require_member(known.sealed || known.sealed_sha256, line.sealed || line.sealed_sha256, "sealed");
    require_member(known.replaces.has_value(), line.replaces.has_value(), "replaces");
    require_member(known.original && known.original->cid, line.original && line.original->cid, "original.cid");
}

Error not_its_leaf() {
    return {ErrorKind::input, "'anchor' refers to another record's leaf"};
}

}  // namespace

Anchorer::Anchorer(const Home& home, keystore::Keystore& keystore)
    : home_(home), keystore_(keystore), objects_(keystore), anchors_(keystore), origin_(anchors_.origin()) {
    require_keystore_up_to_date(keystore, home);
}

void Anchorer::assign(std::span<AnchorRequest> requests) {
    keystore::Transaction transaction(keystore_);
    const std::vector<AnchorRequest*> news = without_leaf(requests);
    std::vector<keystore::LogSubject> subjects;
    subjects.reserve(news.size());
    for (const AnchorRequest* request : news)
        subjects.push_back({"object", request->object.id});
    std::vector<std::string> texts(news.size());
    const unsigned threads = threads_for(news.size());
    parallel_for(news.size(), threads, [&](std::size_t i) { texts[i] = record::committed_text(news[i]->object); });
    const auto assigned = anchors_.assign(subjects, [&](std::size_t i, const Digest& salt) {
        news[i]->leaf = leaf_data(salt, texts[i]);
        return *news[i]->leaf;
    });
    transaction.commit();
    parallel_for(news.size(), threads, [&](std::size_t i) {
        news[i]->object.anchor = assigned[i].anchor;
        news[i]->line.set("anchor", record::to_json(assigned[i].anchor));
    });
}

std::vector<AnchorRequest*> Anchorer::without_leaf(std::span<AnchorRequest> requests) {
    std::vector<AnchorRequest*> found;
    for (AnchorRequest& request : requests) {
        if (request.error) continue;
        attempt(request.error, [&] {
            if (needs_leaf(request)) found.push_back(&request);
        });
    }
    return found;
}

bool Anchorer::needs_leaf(AnchorRequest& request) {
    record::Object& object = request.object;
    if (!object.payload.cid) throw Error(ErrorKind::input, "'payload.cid' is missing", "run msh-put first");
    // An anchor that the keystore knows may be assigned and not published yet: publish() sees to both.
    const bool is_news = is_own(object) && !anchors_.find({"object", object.id});
    if (is_news && !is_in_log(object)) throw not_its_leaf();
    const auto backing = is_news ? keystore::Backing::leaf : keystore::Backing::none;
    const auto known = objects_.merge(object, backing);
    if (!known && !object.anchor) throw keystore::not_found_error(keystore_, object.study);
    if (known) {
        require_whole(object, *known);
        record::add_missing(object, *known);
    }
    if (!object.anchor) return true;
    record::add_missing(request.line, object);
    return false;
}

// The log grows meanwhile; what is in it stays.
bool Anchorer::is_in_log(const record::Object& object) {
    if (!std::filesystem::exists(home_.log() / "checkpoint")) return false;
    if (!log_ || object.anchor->index >= log_->size()) log_.emplace(open_log(keystore_, home_));
    return log_->contains(object.anchor->index, leaf_data(object));
}

bool Anchorer::is_own(const record::Object& object) const {
    return object.anchor && object.anchor->origin == origin_;
}

void Anchorer::publish(std::span<AnchorRequest> requests) {
    if (!publishing_) publishing_ = keystore_.reopen();
    custodian::publish(*publishing_, home_);
    std::vector<AnchorRequest*> own;
    std::vector<AnchorRequest*> former;  // of these, those that were not given their leaf just now
    for (AnchorRequest& request : requests) {
        if (request.error || !is_own(request.object)) continue;
        own.push_back(&request);
        if (!request.leaf) former.push_back(&request);
    }
    if (own.empty()) return;
    parallel_for(former.size(), threads_for(former.size()),
                 [&](std::size_t i) { former[i]->leaf = leaf_data(former[i]->object); });
    log::Reader log = open_log(*publishing_, home_);
    for (AnchorRequest* request : own) {
        if (!log.contains(request->object.anchor->index, *request->leaf)) request->error = not_its_leaf();
    }
}

}  // namespace msh::custodian
