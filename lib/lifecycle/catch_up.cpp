#include "lifecycle/catch_up.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/compaction.hpp"
#include "keystore/shredding.hpp"
#include "keystore/tombstones.hpp"
#include "lifecycle/log_choice.hpp"
#include "lifecycle/tombstones_repair.hpp"
#include "search/flush.hpp"
#include "search/normaliser.hpp"

namespace msh::lifecycle {
namespace {

void shred_again(keystore::Keystore& keystore, const custodian::Home& home, Program& program) {
    if (!std::filesystem::exists(home.tombstones())) {
        throw Error(ErrorKind::usage, "there is no list of shredded studies",
                    "put a copy of 'tombstones' into the home folder; an empty file states that nothing was shredded");
    }
    const auto tombstones = keystore::read_tombstones(home.tombstones());
    if (keystore::Shredding(keystore).apply(tombstones) > 0) {
        search::requeue_all_segments(keystore, search::dicom_normaliser());
    }
    keystore::Compaction(keystore).run_if_scheduled();
    repair_tombstones(keystore, home, program);
}

}  // namespace

void catch_up(keystore::Keystore& keystore, const custodian::Home& home, bool has_records, Program& program) {
    shred_again(keystore, home, program);
    const custodian::CaughtUp log = custodian::catch_up(keystore, home);
    if (!log.is_continued) {
        throw Error(ErrorKind::failed, "the log is not the one that was signed last, or an older copy of it",
                    "restore the newest copy of the log's folder");
    }
    if (log.first_unknown < log.log_size) {
        program.note(unknown_leaves(log) + "; the keystore now continues after the last of them");
    } else if (!has_records) {
        program.note("the keystore is not older than its log");
    }
    if (!has_records) {
        program.note("give the files of your records to recover their objects and to list those whose keys are lost");
    }
}

}  // namespace msh::lifecycle
