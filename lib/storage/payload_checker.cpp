#include "storage/payload_checker.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/parallel.hpp"
#include "keystore/objects.hpp"
#include "keystore/shredding.hpp"

namespace msh::storage {
namespace {

constexpr std::string_view absent = "absent";

}  // namespace

std::string_view state_of(const ipfs::PayloadCheck& check) {
    if (check.ok()) return "whole";
    if (check.damaged > 0) return "damaged";
    if (check.malformed > 0) return "malformed";
    return check.absent > 0 ? absent : "unknown";
}

PayloadChecker::PayloadChecker(Options options, const custodian::Home& home, keystore::Keystore* keystore,
                               Program& program)
    : options_(std::move(options)),
      keystore_(keystore),
      program_(program),
      known_places_(home.store(), keystore, options_.sources.may_be_exposed),
      places_(options_.from) {
    options_.sources.is_over = [&program] { return program.is_signalled(); };
    options_.sources.scope = options_.from.empty() ? ipfs::LookupScope::here : ipfs::LookupScope::around;
    open();
}

std::vector<std::string> PayloadChecker::check(std::span<const record::Object* const> objects) {
    std::vector<std::string> states(objects.size());
    std::vector<std::size_t> at;  // of those that are looked for
    std::vector<const record::Object*> wanted;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        if (is_shredded(*objects[i])) {
            states[i] = "shredded";
        } else {
            at.push_back(i);
            wanted.push_back(objects[i]);
        }
    }
    if (options_.from.empty()) add_known_places(wanted);
    open();
    const unsigned workers = at.size() < worker_count() ? worker_count() : 1;
    const unsigned at_once = fetcher_ ? std::max(worker_count(), fetcher_->at_once()) : worker_count();
    parallel_for(at.size(), at_once, [&](std::size_t i) { states[at[i]] = state(*wanted[i], workers); });
    if (std::find(states.begin(), states.end(), absent) != states.end()) misses_some_ = true;
    return states;
}

// Of a received study that was shredded no record can be told from those of others that have its id: they are looked
// at.
bool PayloadChecker::is_shredded(const record::Object& object) {
    if (keystore_ == nullptr) return false;
    return keystore::Shredding(*keystore_).was_shredded(object.study) == keystore::Whose::own &&
           !keystore::Objects(*keystore_).has(record::name_of(object));
}

// Not before there are records: in a pipeline the programs before this one may have to make the store first.
void PayloadChecker::add_known_places(std::span<const record::Object* const> objects) {
    for (std::string& place : known_places_.add(objects)) {
        places_.push_back(std::move(place));
        is_open_ = false;
    }
}

// All of them anew, where there is one more.
void PayloadChecker::open() {
    if (is_open_) return;
    is_open_ = true;
    fetcher_.reset();
    sources_ = std::make_unique<nodes::OpenSources>(options_.sources);
    for (const std::string& place : places_) {
        const std::string warning = sources_->open(place);
        if (!warning.empty() && warned_.insert(warning).second) program_.warn(warning);
    }
    if (sources_->remote().empty()) return;
    fetcher_ = sources_->fetcher([this](const std::string& text) {
        if (!program_.is_signalled()) program_.warn(text);
    });
}

std::string PayloadChecker::state(const record::Object& object, unsigned workers) const {
    const auto payload = ipfs::parse_payload_ref(object.payload.cid, object.payload.size);
    if (!payload) return "no-cid";
    const ipfs::Layout& layout = ipfs::unixfs_v1_2025;
    const auto check = fetcher_ ? ipfs::check_payload(*payload, *fetcher_, layout)
                                : ipfs::check_payload(*payload, sources_->all(), layout, workers,
                                                      [this] { return program_.is_signalled(); });
    return std::string(state_of(check));
}

std::vector<std::string> PayloadChecker::notes() const {
    if (!misses_some_) return {};
    std::string looked;
    for (const std::string& place : places_)
        looked += (looked.empty() ? "" : ", ") + place_in_message(place);
    std::vector<std::string> notes{looked.empty() ? "nowhere to look for blocks: give a place with --from"
                                                  : "blocks were looked for in " + looked};
    for (const std::string& obstacle : known_places_.obstacles())
        notes.push_back("not in " + obstacle);
    return notes;
}

}  // namespace msh::storage
