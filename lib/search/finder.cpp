#include "search/finder.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "index/folder.hpp"
#include "index/search.hpp"
#include "index/segment.hpp"
#include "keystore/index_state.hpp"
#include "search/documents.hpp"
#include "search/own_manifest.hpp"
#include "terms/normalise.hpp"

namespace msh::search {

Found Finder::find(const std::vector<terms::Term>& query) {
    // The buffer first: what moves into a segment meanwhile is then found there.
    search_buffer(query);
    search_segments(query);
    return std::move(found_);
}

void Finder::search_buffer(const std::vector<terms::Term>& query) {
    keystore::IndexState(keystore_).for_each_buffered([&](const Id& object, const SecretBytes& packed) {
        if (packed.empty()) ++found_.unopened;
        const std::vector<terms::Term> terms = unpack_terms(packed);
        const bool has_all = std::all_of(query.begin(), query.end(), [&](const terms::Term& term) {
            return std::find(terms.begin(), terms.end(), term) != terms.end();
        });
        if (has_all) take(object);
    });
}

void Finder::search_segments(const std::vector<terms::Term>& query) {
    const auto signed_manifest = own_manifest(keystore_, home_);
    if (!signed_manifest) return;
    const index::Manifest& manifest = signed_manifest->manifest;
    found_.has_expired = index::has_expired(manifest, seconds_now());
    const auto is_other = [](const index::SegmentInfo& info) { return info.normaliser != terms::normaliser_version; };
    found_.may_miss_studies = std::any_of(manifest.segments.begin(), manifest.segments.end(), is_other);
    const index::Keys keys = index_keys(keystore_);
    for (const index::SegmentInfo& info : manifest.segments) {
        try {
            const index::Segment segment = index::open_segment(home_.index(), info);
            for (const Id& object : index::search(segment, keys, query))
                take(object);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::usage) throw;
            found_.errors.push_back(error);
        }
    }
}

void Finder::take(const Id& object) {
    const auto record = objects_.get(object);
    if (!record || !met_.insert(record->study)) return;
    if (passes(record->study)) found_.studies.push_back(record->study);
}

bool Finder::passes(const Id& study) {
    const auto info = studies_.info(study);
    if (!info) return false;
    if (filter_.project && info->project != filter_.project) return false;
    return !filter_.profile || info->profile == *filter_.profile;
}

}  // namespace msh::search
