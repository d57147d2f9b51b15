#include "finder.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "cli/messages.hpp"
#include "custodian/own_index.hpp"
#include "dicom/normalise.hpp"
#include "index/folder.hpp"
#include "index/search.hpp"
#include "index/segment.hpp"
#include "keystore/index_state.hpp"

namespace msh {

Found Finder::find(const std::vector<index::Term>& query) {
    // The buffer first: what moves into a segment meanwhile is then found there.
    search_buffer(query);
    search_segments(query);
    return std::move(found_);
}

void Finder::search_buffer(const std::vector<index::Term>& query) {
    keystore::IndexState(keystore_).for_each_buffered([&](const Id& object, const SecretBytes& packed) {
        const std::vector<index::Term> terms = custodian::unpack_terms(packed);
        const bool has_all = std::all_of(query.begin(), query.end(), [&](const index::Term& term) {
            return std::find(terms.begin(), terms.end(), term) != terms.end();
        });
        if (has_all) take(object);
    });
}

void Finder::search_segments(const std::vector<index::Term>& query) {
    const auto signed_manifest = custodian::own_manifest(keystore_, home_);
    if (!signed_manifest) return;
    const index::Manifest& manifest = signed_manifest->manifest;
    if (index::has_expired(manifest, seconds_now())) {
        cli::say_note("the index's manifest has expired; any run of msh-index renews it");
    }
    const auto is_other = [](const index::SegmentInfo& info) { return info.normaliser != dicom::normaliser_version; };
    if (std::any_of(manifest.segments.begin(), manifest.segments.end(), is_other)) {
        cli::say_note(
            "the index was made by another version of msh, and may not find all; any run of msh-index mends it");
    }
    const index::Keys keys = custodian::index_keys(keystore_);
    for (const index::SegmentInfo& info : manifest.segments) {
        try {
            const index::Segment segment(index::segment_path(home_.index(), info.id), info);
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

}  // namespace msh
