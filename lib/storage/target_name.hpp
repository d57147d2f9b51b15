// What the keystore knows targets by. The same target always has the same name, however it is written: a name does not
// depend on the working directory, on links, or on slashes at the end of a URL. Nothing here asks the target, or fails
// if it does not exist.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace msh::storage {

// The store in this folder, which may be the own store.
[[nodiscard]] std::string store_name(const std::filesystem::path& folder, const std::filesystem::path& own_store);
[[nodiscard]] std::string archive_name(const std::filesystem::path& file);
// The node, and the pinning service, at this URL.
[[nodiscard]] std::string node_name(const std::string& url);
[[nodiscard]] std::string pin_service_name(const std::string& url);

// The folder in the name of a store, and the URL in that of a node; nullopt for any other name.
[[nodiscard]] std::optional<std::filesystem::path> folder_of_store(const std::string& name,
                                                                   const std::filesystem::path& own_store);
[[nodiscard]] std::optional<std::string> url_of_node(const std::string& name);

// All names in the keystore that a user may mean by `target`: a URL is a node's or a pinning service's, and any other
// text is a store's folder, or a name already.
[[nodiscard]] std::vector<std::string> possible_names(const std::string& target,
                                                      const std::filesystem::path& own_store);

}  // namespace msh::storage
