#include "search/indexer.hpp"

#include "base/error.hpp"
#include "custodian/opening.hpp"
#include "keystore/shredding.hpp"
#include "search/documents.hpp"

namespace msh::search {
namespace {

constexpr std::uint64_t max_buffered = 16384;  // documents; then a segment is built while records still come

}  // namespace

record::Object Indexer::add(const record::Object& object) {
    auto known = objects_.merge(object);
    if (!known) throw keystore::not_found_error(keystore_, object.study);
    if (!object.sealed) throw Error(ErrorKind::input, "'sealed' is missing");
    if (state_.state(known->id).state != keystore::Indexed::State::none) return *std::move(known);
    const record::Sealed sealed = custodian::open_sealed(keystore_, object);
    const Bytes terms = pack_terms(terms_of(sealed, normaliser_), normaliser_);
    const keystore::Document document{known->id, terms};
    state_.buffer({&document, 1});
    return *std::move(known);
}

void Indexer::flush_if_full() {
    if (state_.buffered() >= max_buffered + failures_.size()) flush();
}

void Indexer::flush() {
    failures_ = flush_index(keystore_, home_, normaliser_);
}

}  // namespace msh::search
