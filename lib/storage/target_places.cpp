#include "storage/target_places.hpp"

#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "http/url.hpp"
#include "keystore/targets.hpp"
#include "storage/target_name.hpp"

namespace msh::storage {
namespace fs = std::filesystem;
namespace {

// What follows a prefix.
std::optional<std::string> after(std::string_view prefix, const std::string& text) {
    return text.starts_with(prefix) ? std::optional(text.substr(prefix.size())) : std::nullopt;
}

TargetPlace place_if(bool exists, const std::string& path) {
    if (exists) return {path, {}};
    return {{}, place_in_message(path) + ", which does not exist"};
}

TargetPlace place_of_node(const std::string& url, bool may_be_exposed) {
    if (http::is_exposed(url) && !may_be_exposed) return {{}, place_in_message(url) + ", which needs --insecure"};
    return {url.ends_with("/api/v0") ? url : url + "/api/v0", {}};
}

}  // namespace

std::string place_in_message(const std::string& place) {
    return http::is_url(place) ? http::host_of(place) : "'" + place + "'";
}

TargetPlace place_of(const std::string& target, const fs::path& own_store, bool may_be_exposed) {
    std::error_code ignored;
    if (const auto folder = folder_of_store(target, own_store)) {
        return place_if(fs::is_directory(*folder, ignored), folder->string());
    }
    if (const auto file = after(keystore::archive_prefix, target)) {
        return place_if(fs::is_regular_file(*file, ignored), *file);
    }
    if (const auto url = url_of_node(target)) return place_of_node(*url, may_be_exposed);
    if (const auto url = after(keystore::pin_service_prefix, target)) {
        return {{}, place_in_message(*url) + ", which does not serve blocks: give a gateway with --from"};
    }
    return {};
}

TargetPlaces::TargetPlaces(fs::path own_store, keystore::Keystore* keystore, bool may_be_exposed)
    : own_store_(std::move(own_store)), keystore_(keystore), may_be_exposed_(may_be_exposed) {}

std::vector<std::string> TargetPlaces::add(std::span<const record::Object* const> objects) {
    std::vector<std::string> added;
    std::error_code ignored;
    if (!seen_.contains(own_store_.string()) && fs::is_directory(own_store_, ignored)) {
        seen_.insert(own_store_.string());
        seen_.emplace(keystore::own_store_target);
        added.push_back(own_store_.string());
    }
    if (keystore_ == nullptr) return added;
    for (const record::Object* const object : objects) {
        for (const std::string& target : keystore::Targets(*keystore_).of(keystore::stored_payload(*object))) {
            if (!seen_.insert(target).second) continue;
            TargetPlace found = place_of(target, own_store_, may_be_exposed_);
            if (!found.place.empty()) added.push_back(std::move(found.place));
            if (!found.obstacle.empty()) obstacles_.insert(std::move(found.obstacle));
        }
    }
    return added;
}

}  // namespace msh::storage
