#include "keystore/anchors.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "crypto/random.hpp"
#include "keystore/object_row.hpp"

namespace msh::keystore {
namespace {

constexpr std::string_view object_type = "object";

struct OwnLog {
    std::int64_t number = 0;
    std::string origin;
    std::uint64_t size = 0;
};

OwnLog own_log(db::Connection& database) {
    db::Query row =
        database.query("SELECT log.number, log.origin, own_log.size FROM own_log JOIN log ON log.number = own_log.log");
    if (!row.next()) database.throw_damaged();
    return {row.integer(0), std::string(row.text(1)), row.count(2)};
}

// A subject's anchor and, where it is a known object, that one's number.
struct Found {
    std::optional<std::int64_t> object;
    std::optional<record::Anchor> anchor;
};

std::optional<Found> find_by_object(db::Connection& database, const LogSubject& subject) {
    db::Query row = database.query(
        "SELECT object.number, origin, anchor_index, anchor_salt FROM object"
        " LEFT JOIN log ON log.number = anchor_log WHERE id = ?1"
        " AND EXISTS (SELECT 1 FROM study WHERE study.number = object.study AND lookup IS NOT NULL)",
        {subject.ref});
    if (!row.next()) return std::nullopt;
    Found found{row.integer(0), std::nullopt};
    if (!row.is_null(1)) {
        found.anchor = record::Anchor{std::string(row.text(1)), row.count(2), row.array<32>(3), std::nullopt};
    }
    return found;
}

Found find_by_ref(db::Connection& database, const LogSubject& subject, const OwnLog& log) {
    db::Query row =
        database.query("SELECT number, salt FROM leaf WHERE type = ?1 AND ref = ?2", {subject.type, subject.ref});
    if (!row.next()) return {};
    return {std::nullopt, record::Anchor{log.origin, row.count(0), row.array<32>(1), std::nullopt}};
}

// Nothing for an object that is not known.
std::optional<Found> find_subject(db::Connection& database, const LogSubject& subject, const OwnLog& log) {
    return subject.type == object_type ? find_by_object(database, subject) : find_by_ref(database, subject, log);
}

void insert_leaf(db::Connection& database, const LogSubject& subject, std::optional<std::int64_t> object,
                 const OwnLog& log, const Digest& salt, const Digest& data) {
    if (object) {
        database.run("UPDATE object SET anchor_log = ?2, anchor_index = ?3, anchor_salt = ?4 WHERE number = ?1",
                     {*object, log.number, log.size, salt});
        database.run("INSERT INTO leaf (number, data, type, object) VALUES (?1, ?2, ?3, ?4)",
                     {log.size, data, subject.type, *object});
    } else {
        database.run("INSERT INTO leaf (number, data, type, ref, salt) VALUES (?1, ?2, ?3, ?4, ?5)",
                     {log.size, data, subject.type, subject.ref, salt});
    }
}

// Random salts, drawn many at a time.
class Salts {
  public:
    Digest next() {
        if (used_ == batch_.size()) {
            crypto::fill_random({batch_.front().data(), batch_.size() * sizeof(Digest)});
            used_ = 0;
        }
        return batch_[used_++];
    }

  private:
    std::array<Digest, 128> batch_{};
    std::size_t used_ = batch_.size();
};

void set_size(db::Connection& database, std::uint64_t size) {
    database.run("UPDATE own_log SET size = ?1", {size});
}

}  // namespace

std::vector<Assigned> Anchors::assign(std::span<const LogSubject> subjects, const LeafData& leaf_data) {
    db::Connection& database = keystore_.database();
    std::vector<Assigned> assigned;
    assigned.reserve(subjects.size());
    Transaction transaction(keystore_);
    OwnLog log = own_log(database);
    Salts salts;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        auto found = find_subject(database, subjects[i], log);
        if (!found) throw Error(ErrorKind::input, "the object is not in this keystore");
        const bool fresh = !found->anchor;
        if (fresh) {
            const Digest salt = salts.next();
            insert_leaf(database, subjects[i], found->object, log, salt, leaf_data(i, salt));
            found->anchor = record::Anchor{log.origin, log.size++, salt, std::nullopt};
        }
        assigned.push_back({std::move(*found->anchor), fresh});
    }
    set_size(database, log.size);
    transaction.commit();
    return assigned;
}

std::optional<record::Anchor> Anchors::find(const LogSubject& subject) {
    const auto found = find_subject(keystore_.database(), subject, own_log(keystore_.database()));
    return found ? found->anchor : std::nullopt;
}

std::vector<Digest> Anchors::leaves(std::uint64_t from, std::size_t limit) {
    std::vector<Digest> leaves;
    const std::uint64_t wanted = std::min<std::uint64_t>(limit, std::max(size(), from) - from);
    leaves.reserve(wanted);
    db::Query rows = keystore_.database().query(
        "SELECT number, data FROM leaf WHERE number >= ?1 ORDER BY number LIMIT ?2", {from, wanted});
    while (rows.next() && rows.count(0) == from + leaves.size())
        leaves.push_back(rows.array<32>(1));
    if (leaves.size() < wanted) {
        throw Error(ErrorKind::failed, "the keystore does not know leaf " + std::to_string(from + leaves.size()));
    }
    return leaves;
}

std::uint64_t Anchors::size() {
    return own_log(keystore_.database()).size;
}

void Anchors::continue_after(std::uint64_t known, std::uint64_t size) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    database.run(
        "UPDATE object SET anchor_log = NULL, anchor_index = NULL, anchor_salt = NULL"
        " WHERE number IN (SELECT object FROM leaf WHERE leaf.number >= ?1)"
        " AND anchor_log = (SELECT log FROM own_log) AND anchor_index >= ?1",
        {known});
    database.run("DELETE FROM leaf WHERE number >= ?1", {known});
    set_size(database, size);
    transaction.commit();
}

std::string Anchors::origin() {
    return own_log(keystore_.database()).origin;
}

void Anchors::start_new_log(std::string_view origin) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    if (own_log(database).origin == origin) throw Error(ErrorKind::usage, "a new log needs a new name");
    database.run("DELETE FROM leaf");
    database.run("UPDATE own_log SET log = ?1, size = 0", {log_number(database, origin)});
    transaction.commit();
}

}  // namespace msh::keystore
