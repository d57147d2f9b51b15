// Evaluates a query over the custodian's own index: all segments of the manifest, and the buffer of objects not yet in
// a segment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "custodian/home.hpp"
#include "custodian/id_set.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "terms/term.hpp"

namespace msh::search {

struct StudyFilter {
    std::optional<std::string> project;
    std::optional<std::string> profile;
};

struct Found {
    std::vector<Id> studies;        // each once, in the order they were met
    std::vector<Error> errors;      // segments that could not be searched
    bool has_expired = false;       // the manifest
    bool may_miss_studies = false;  // a segment was made by another version's normaliser
    std::uint64_t unopened = 0;     // objects that are in no index, since their sealed boxes do not open
};

class Finder {
  public:
    // All must outlive it.
    Finder(const custodian::Home& home, keystore::Keystore& keystore, const StudyFilter& filter)
        : home_(home), keystore_(keystore), objects_(keystore), studies_(keystore), filter_(filter) {}

    // The studies that have all the terms in one object. Can be called once only. An Error of one segment is in
    // Found::errors; throws as own_manifest(), and Error (usage) if the query is empty.
    [[nodiscard]] Found find(const std::vector<terms::Term>& query);

  private:
    void search_segments(const std::vector<terms::Term>& query);
    void search_buffer(const std::vector<terms::Term>& query);
    void take(const Id& object);
    [[nodiscard]] bool passes(const Id& study);

    const custodian::Home& home_;
    keystore::Keystore& keystore_;
    keystore::Objects objects_;
    keystore::Studies studies_;
    const StudyFilter& filter_;
    custodian::IdSet met_;  // studies, whether they pass or not
    Found found_;
};

}  // namespace msh::search
