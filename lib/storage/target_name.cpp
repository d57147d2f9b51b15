#include "storage/target_name.hpp"

#include <system_error>

#include "http/url.hpp"
#include "keystore/targets.hpp"

namespace msh::storage {
namespace fs = std::filesystem;
namespace {

// Links resolved, as far as there is something.
std::string lasting_path(const fs::path& path) {
    const fs::path absolute = fs::absolute(path);
    std::error_code unknown;
    fs::path whole = fs::weakly_canonical(absolute, unknown);
    if (unknown) whole = absolute.lexically_normal();
    return (whole.has_filename() ? whole : whole.parent_path()).string();
}

}  // namespace

std::string store_name(const fs::path& folder, const fs::path& own_store) {
    const std::string path = lasting_path(folder);
    return path == lasting_path(own_store) ? std::string(keystore::own_store_target)
                                           : std::string(keystore::store_prefix) + path;
}

std::string archive_name(const fs::path& file) {
    return std::string(keystore::archive_prefix) + lasting_path(file);
}

std::string node_name(const std::string& url) {
    return std::string(keystore::node_prefix) + http::without_slashes(url);
}

std::string pin_service_name(const std::string& url) {
    return std::string(keystore::pin_service_prefix) + http::without_slashes(url);
}

std::optional<fs::path> folder_of_store(const std::string& name, const fs::path& own_store) {
    if (name == keystore::own_store_target) return own_store;
    if (!name.starts_with(keystore::store_prefix)) return std::nullopt;
    return fs::path(name.substr(keystore::store_prefix.size()));
}

std::optional<std::string> url_of_node(const std::string& name) {
    if (!name.starts_with(keystore::node_prefix)) return std::nullopt;
    return name.substr(keystore::node_prefix.size());
}

std::vector<std::string> possible_names(const std::string& target, const fs::path& own_store) {
    if (!http::is_base_url(target)) return {target, store_name(target, own_store)};
    return {node_name(target), pin_service_name(target)};
}

}  // namespace msh::storage
