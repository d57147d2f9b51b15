#include "keystore/backup.hpp"

#include "keystore/compaction.hpp"
#include "keystore/shredding.hpp"

namespace msh::keystore {

Snapshot::Snapshot(Keystore& keystore) : file_(keystore.path()) {
    keystore.database().copy_into(file_.temporary());
}

void Backups::note(const BackupInfo& backup) {
    Transaction transaction(keystore_);
    keystore_.database().run("INSERT INTO backup (made, recipient) VALUES (?1, ?2)", {backup.time, backup.recipient});
    transaction.commit();
}

std::vector<BackupsTo> Backups::by_recipient() {
    return db::read_all(
        keystore_.database().query(
            "SELECT recipient, count(*), min(made), max(made) FROM backup GROUP BY recipient ORDER BY min(number)"),
        [](const db::Query& row) {
            return BackupsTo{std::string(row.text(0)), row.count(1), row.integer(2), row.integer(3)};
        });
}

Restoration::Restoration(const std::filesystem::path& path) : file_(path) {}

bool Restoration::finish(const Key& master, std::span<const Tombstone> tombstones,
                         const std::function<void(Keystore&, std::uint64_t)>& prepare) {
    {
        Keystore keystore(file_.temporary());
        db::Connection& database = keystore.database();
        database.check_integrity();
        keystore.unlock(master);
        const std::uint64_t shredded = Shredding(keystore).apply(tombstones);
        prepare(keystore, shredded);
        Compaction(keystore).run_if_scheduled();
        database.truncate_log();
    }
    return file_.commit_new();
}

}  // namespace msh::keystore
