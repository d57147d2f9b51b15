#include "anchorer.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/shredding.hpp"

namespace msh {
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

Anchorer::Anchorer(const custodian::Home& home, keystore::Keystore& keystore)
    : home_(home), keystore_(keystore), objects_(keystore), anchors_(keystore), origin_(anchors_.origin()) {
    custodian::require_keystore_up_to_date(keystore, home);
}

void Anchorer::assign(cli::Batch& batch) {
    keystore::Transaction transaction(keystore_);
    const std::vector<cli::Item*> items = decide(batch);
    std::vector<keystore::LogSubject> subjects;
    subjects.reserve(items.size());
    for (const cli::Item* item : items)
        subjects.push_back({"object", item->object->id});
    std::vector<std::string> texts(items.size());
    const unsigned threads = threads_for(items.size());
    parallel_for(items.size(), threads, [&](std::size_t i) { texts[i] = record::committed_text(*items[i]->object); });
    const auto assigned = anchors_.assign(
        subjects, [&](std::size_t i, const Digest& salt) { return custodian::leaf_data(salt, texts[i]); });
    transaction.commit();
    parallel_for(items.size(), threads, [&](std::size_t i) {
        items[i]->object->anchor = assigned[i].anchor;
        items[i]->line.set("anchor", record::to_json(assigned[i].anchor));
    });
}

// The objects that have no leaf yet.
std::vector<cli::Item*> Anchorer::decide(cli::Batch& batch) {
    std::vector<cli::Item*> items;
    for (cli::Item* item : batch.objects()) {
        try {
            if (needs_leaf(*item)) items.push_back(item);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input) throw;
            item->fail(error);
        }
    }
    return items;
}

bool Anchorer::needs_leaf(cli::Item& item) {
    record::Object& object = *item.object;
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
    record::add_missing(item.line, object);
    return false;
}

// The log grows meanwhile; what is in it stays.
bool Anchorer::is_in_log(const record::Object& object) {
    if (!std::filesystem::exists(home_.log() / "checkpoint")) return false;
    if (!log_ || object.anchor->index >= log_->size()) log_.emplace(custodian::open_log(keystore_, home_));
    return log_->contains(object.anchor->index, custodian::leaf_data(object));
}

bool Anchorer::is_own(const record::Object& object) const {
    return object.anchor && object.anchor->origin == origin_;
}

void Anchorer::publish(cli::Batch& batch) {
    if (!publishing_) publishing_ = keystore_.reopen();
    custodian::publish(*publishing_, home_);
    std::vector<cli::Item*> items;
    for (cli::Item* item : batch.objects()) {
        if (is_own(*item->object)) items.push_back(item);
    }
    if (items.empty()) return;
    std::vector<Digest> leaves(items.size());
    parallel_for(items.size(), threads_for(items.size()),
                 [&](std::size_t i) { leaves[i] = custodian::leaf_data(*items[i]->object); });
    log::Reader log = custodian::open_log(*publishing_, home_);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!log.contains(items[i]->object->anchor->index, leaves[i])) items[i]->fail(not_its_leaf());
    }
}

}  // namespace msh
