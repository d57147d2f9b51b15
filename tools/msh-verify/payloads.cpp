#include "payloads.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"
#include "http/secret_header.hpp"
#include "ipfs/payload.hpp"
#include "keystore/objects.hpp"
#include "keystore/shredding.hpp"
#include "keystore/targets.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view shredded = "shredded";
constexpr std::string_view absent = "absent";

// What follows a prefix.
std::optional<std::string> after(std::string_view prefix, const std::string& text) {
    return text.starts_with(prefix) ? std::optional(text.substr(prefix.size())) : std::nullopt;
}

bool is_url(const std::string& place) {
    return place.starts_with("http://") || place.starts_with("https://");
}

std::string name_of(const std::string& place) {
    return is_url(place) ? http::host_of(place) : "'" + place + "'";
}

}  // namespace

Payloads::Payloads(const PlaceOptions& options, const custodian::Home& home, keystore::Keystore* keystore)
    : options_(options), own_store_(home.store()), keystore_(keystore), places_(options.from) {
    if (options.network.header_file) header_ = http::read_header_file(*options.network.header_file);
    open();
}

std::vector<std::string> Payloads::states(const std::vector<const record::Object*>& objects) {
    std::vector<std::string> states(objects.size());
    std::vector<std::size_t> open_ones;
    std::vector<const record::Object*> open_objects;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        if (is_shredded(*objects[i])) {
            states[i] = shredded;
        } else {
            open_ones.push_back(i);
            open_objects.push_back(objects[i]);
        }
    }
    if (options_.from.empty()) look_up(open_objects);
    open();
    const unsigned workers = open_ones.size() < worker_count() ? worker_count() : 1;
    const unsigned at_once = fetcher_ ? std::max(worker_count(), fetcher_->at_once()) : worker_count();
    parallel_for(open_ones.size(), at_once,
                 [&](std::size_t i) { states[open_ones[i]] = state(*open_objects[i], workers); });
    if (std::find(states.begin(), states.end(), absent) != states.end()) misses_some_ = true;
    return states;
}

// Of a received study that was shredded no record can be told from those of others that have its id: they are looked
// at.
bool Payloads::is_shredded(const record::Object& object) {
    if (keystore_ == nullptr) return false;
    return keystore::Shredding(*keystore_).was_shredded(object.study) == keystore::Whose::own &&
           !keystore::Objects(*keystore_).has(record::name_of(object));
}

// Not before there are records: in a pipeline the programs before this one may have to make the store first.
void Payloads::look_up(const std::vector<const record::Object*>& objects) {
    std::error_code ignored;
    if (!met_.contains(own_store_) && fs::is_directory(own_store_, ignored)) {
        met_.insert(own_store_);
        met_.emplace(keystore::own_store_target);
        add_place(own_store_);
    }
    if (keystore_ == nullptr) return;
    for (const record::Object* const object : objects) {
        for (const std::string& target : keystore::Targets(*keystore_).of(keystore::stored_payload(*object))) {
            if (met_.insert(target).second) look_up(target);
        }
    }
}

void Payloads::look_up(const std::string& target) {
    std::error_code ignored;
    if (target == keystore::own_store_target) {
        unusable_.insert(name_of(own_store_) + ", which does not exist");
    } else if (const auto folder = after("store:", target)) {
        if (fs::is_directory(*folder, ignored)) return add_place(*folder);
        unusable_.insert(name_of(*folder) + ", which does not exist");
    } else if (const auto file = after("car:", target)) {
        if (fs::is_regular_file(*file, ignored)) return add_place(*file);
        unusable_.insert(name_of(*file) + ", which does not exist");
    } else if (const auto url = after("ipfs:", target)) {
        if (!http::is_exposed(*url) || options_.network.insecure) {
            return add_place(url->ends_with("/api/v0") ? *url : *url + "/api/v0");
        }
        unusable_.insert(name_of(*url) + ", which needs --insecure");
    } else if (const auto service = after("pin-service:", target)) {
        unusable_.insert(name_of(*service) + ", which does not serve blocks: give a gateway with --from");
    }
}

void Payloads::add_place(const std::string& place) {
    places_.push_back(place);
    is_open_ = false;
}

// All of them anew, where there is one more.
void Payloads::open() {
    if (is_open_) return;
    is_open_ = true;
    fetcher_.reset();
    const bool are_known = !options_.from.empty();
    sources_ = std::make_unique<nodes::OpenSources>(
        nodes::OpenSources::Options{.limits = http::limits_from_option(options_.network.timeout),
                                    .is_over = cli::is_signalled,
                                    .ca_file = options_.network.ca_file,
                                    .header = header_ ? &*header_ : nullptr,
                                    .may_be_exposed = options_.network.insecure,
                                    .scope = are_known ? ipfs::LookupScope::around : ipfs::LookupScope::here});
    for (const std::string& place : places_) {
        const std::string warning = sources_->open(place);
        if (warned_.insert(warning).second) cli::say_warning(warning);
    }
    if (sources_->remote().empty()) return;
    fetcher_ = sources_->fetcher([](const std::string& text) {
        if (!cli::is_signalled()) cli::say_warning(text);
    });
}

std::string Payloads::state(const record::Object& object, unsigned workers) const {
    const auto cid = ipfs::Cid::parse(object.payload.cid.value_or(""));
    if (!cid) return "no-cid";
    const ipfs::PayloadRef payload{*cid, object.payload.size};
    const ipfs::Layout& layout = ipfs::unixfs_v1_2025;
    const auto check = fetcher_ ? ipfs::check_payload(payload, *fetcher_, layout)
                                : ipfs::check_payload(payload, sources_->all(), layout, workers, cli::is_signalled);
    if (check.ok()) return "whole";
    if (check.damaged > 0) return "damaged";
    if (check.malformed > 0) return "malformed";
    return check.absent > 0 ? std::string(absent) : "unknown";
}

std::vector<std::string> Payloads::notes() const {
    if (!misses_some_) return {};
    std::string looked;
    for (const std::string& place : places_)
        looked += (looked.empty() ? "" : ", ") + name_of(place);
    std::vector<std::string> notes{looked.empty() ? "nowhere to look for blocks: give a place with --from"
                                                  : "blocks were looked for in " + looked};
    for (const std::string& place : unusable_)
        notes.push_back("not in " + place);
    return notes;
}

}  // namespace msh
