// Where blocks of payloads can be read, according to the keystore: the places of the targets that it notes for them.
// Throws only what the keystore throws.
#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "keystore/keystore.hpp"
#include "record/object.hpp"

namespace msh::storage {

// Where a target can be read: a place for nodes::OpenSources::open(), or the reason why not.
struct TargetPlace {
    std::string place;     // empty if blocks cannot be read from it
    std::string obstacle;  // why not, for a message; also empty if there is nothing to say
};
// Stores and archives that exist here, and nodes by their RPC (over plain http to another machine only if
// may_be_exposed).
[[nodiscard]] TargetPlace place_of(const std::string& target, const std::filesystem::path& own_store,
                                   bool may_be_exposed);

class TargetPlaces {
  public:
    // Without a keystore there is the own store alone.
    TargetPlaces(std::filesystem::path own_store, keystore::Keystore* keystore, bool may_be_exposed);

    // New places where these objects' payloads may be: those that no earlier call returned. The own store is one as
    // soon as it exists.
    [[nodiscard]] std::vector<std::string> add(std::span<const record::Object* const> objects);

    // Targets that are none, and why: "'/srv/store', which does not exist".
    [[nodiscard]] const std::set<std::string>& obstacles() const noexcept { return obstacles_; }

  private:
    std::filesystem::path own_store_;
    keystore::Keystore* keystore_;
    bool may_be_exposed_;
    std::set<std::string> seen_;  // the own store's folder, and targets
    std::set<std::string> obstacles_;
};

// As messages name a place: a host, or a path in quotes.
[[nodiscard]] std::string place_in_message(const std::string& place);

}  // namespace msh::storage
