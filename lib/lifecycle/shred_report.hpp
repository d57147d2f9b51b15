// The notes after shredding: what was deleted, and who may still have what cannot be deleted from here. Throws only
// what the keystore throws.
#pragma once

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "keystore/shredding.hpp"

namespace msh::lifecycle {

// `is_in_fetched`: whether some of its payloads lie in home.fetched().
void report_shredded(const keystore::Shredded& shredded, bool is_in_fetched, const custodian::Home& home,
                     Program& program);

// The report for a study that an earlier run shredded, perhaps one that was killed before it printed its report. When
// it was, and where ciphertext went, is not known any more.
void report_shredded_before(keystore::Keystore& keystore, Program& program);

}  // namespace msh::lifecycle
