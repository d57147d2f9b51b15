#include "lifecycle/shred_report.hpp"

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "keystore/backup.hpp"
#include "keystore/grants.hpp"
#include "keystore/targets.hpp"

namespace msh::lifecycle {
namespace {

std::string text_of(const keystore::GivenTo& to) {
    const std::string times = to.count == 1 ? " on " + to_rfc3339(to.first)
                                            : " " + std::to_string(to.count) + " times, first on " +
                                                  to_rfc3339(to.first) + ", last on " + to_rfc3339(to.last);
    return to.recipient + times + (to.until ? ", until " + to_rfc3339(*to.until) : ", without end");
}

void report_granted(const std::vector<keystore::GivenTo>& granted, Program& program) {
    for (const keystore::GivenTo& to : granted)
        program.note("the study was granted to " + text_of(to));
}

// A passphrase is no recipient: what it protects is under it.
std::string to_whom(const std::string& recipient) {
    return recipient == keystore::passphrase_recipient ? " under " + recipient : " to " + recipient;
}

// One line a recipient: of nightly backups most are replaced by now, and there may be hundreds.
void report_backups(const std::vector<keystore::BackupsTo>& backups, const std::string& condition, Program& program) {
    for (const keystore::BackupsTo& to : backups) {
        const std::string what = to.count == 1 ? "the backup of " + to_rfc3339(to.first) + to_whom(to.recipient) +
                                                     " still opens the study where it exists"
                                               : std::to_string(to.count) + " backups" + to_whom(to.recipient) +
                                                     ", the first of " + to_rfc3339(to.first) + ", the last of " +
                                                     to_rfc3339(to.last) + ", still open the study where they exist";
        program.note(what + condition);
    }
    program.note("what was granted or copied before cannot be taken back");
}

}  // namespace

void report_shredded(const keystore::Shredded& shredded, bool is_in_fetched, const custodian::Home& home,
                     Program& program) {
    const char* what = shredded.objects == 1 ? " object and its keys" : " objects and their keys";
    program.note("shredded " + std::to_string(shredded.objects) + what);
    for (const std::string& target : shredded.targets) {
        if (target != keystore::own_store_target) program.note("ciphertext remains in " + target);
    }
    if (is_in_fetched) program.note("ciphertext remains in '" + home.fetched().string() + "'");
    for (const std::string& issuer : shredded.holders)
        program.note("the keystore still has the study's secret, since it was also granted by " + issuer);
    report_granted(shredded.granted, program);
    report_backups(shredded.backups, "", program);
}

void report_shredded_before(keystore::Keystore& keystore, Program& program) {
    program.note("the study was shredded already");
    program.note("ciphertext outside the store of the home folder remains");
    program.note("the keystore no longer knows who was granted this study: 'msh-list grants' lists all grants");
    report_backups(keystore::Backups(keystore).by_recipient(), ", unless the study was already shredded then", program);
}

}  // namespace msh::lifecycle
