// Adds objects to the index, a segment at a time.
//
//     Indexer indexer(home, keystore);
//     keystore::Transaction transaction(keystore);
//     const record::Object known = indexer.add(object);      // for each of a batch
//     transaction.commit();
//     indexer.flush_if_full();
//     ...
//     indexer.flush();
#pragma once

#include <vector>

#include "custodian/home.hpp"
#include "keystore/index_state.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "record/object.hpp"
#include "search/flush.hpp"
#include "search/normaliser.hpp"

namespace msh::search {

class Indexer {
  public:
    Indexer(const custodian::Home& home, keystore::Keystore& keystore)
        : home_(home), keystore_(keystore), objects_(keystore), state_(keystore) {}

    // Puts the object into the buffer, unless it is indexed; returns the object merged from the keystore and the
    // record. Throws Error (input) for an object that the keystore does not know, a record without a sealed box, or a
    // box that does not open.
    record::Object add(const record::Object& object);

    // Flushes if enough documents wait for a segment. Do not call it within a transaction.
    void flush_if_full();
    void flush();

    // What the last flush could not index.
    [[nodiscard]] const std::vector<NotIndexed>& failures() const noexcept { return failures_; }

  private:
    const Normaliser normaliser_ = dicom_normaliser();
    const custodian::Home& home_;
    keystore::Keystore& keystore_;
    keystore::Objects objects_;
    keystore::IndexState state_;
    std::vector<NotIndexed> failures_;
};

}  // namespace msh::search
