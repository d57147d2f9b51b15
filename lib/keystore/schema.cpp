#include "keystore/schema.hpp"

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "db/migration.hpp"

namespace msh::keystore {
namespace {

// "msh1" as SQLite's application id: what file(1) and prepare_schema know a keystore by.
constexpr std::uint64_t application_id = 0x6d736831;

// Objects have a small row, which storing, anchoring and indexing rewrite, and their large boxes in another table.
// Numbers are rowids: they give the order of insertion and keep the tables that refer to objects small.
constexpr std::string_view version_1 = R"sql(
PRAGMA application_id = 1836279857;

CREATE TABLE made_as (                   -- the version this keystore was made by
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    schema  BLOB NOT NULL                -- SHA-256 of its first schema
) STRICT;

CREATE TABLE wrapping_key (              -- under the master key (slot 0) and, during a hand-over, the former one (1)
    slot        INTEGER PRIMARY KEY CHECK (slot IN (0, 1)),
    generation  INTEGER NOT NULL,
    key         BLOB NOT NULL            -- wrapped by the master key
) STRICT;

CREATE TABLE identity (
    use              TEXT NOT NULL UNIQUE,
    public           BLOB NOT NULL,
    private_wrapped  BLOB NOT NULL
) STRICT;

CREATE TABLE project (
    number       INTEGER PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    key_wrapped  BLOB NOT NULL           -- its pseudonym key
) STRICT;

CREATE TABLE study (
    number   INTEGER PRIMARY KEY,
    id       BLOB NOT NULL,              -- random: the study's pseudonym
    lookup   BLOB UNIQUE,                -- null: someone else's study
    project  INTEGER REFERENCES project (number),
    profile  TEXT NOT NULL,
    epoch    INTEGER NOT NULL            -- the current one; of someone else's study, each is a row of its own
) STRICT;
CREATE INDEX study_id ON study (id);     -- ids are public: others may have given out studies under the same one
CREATE UNIQUE INDEX own_study_id ON study (id) WHERE lookup IS NOT NULL;

CREATE TABLE secret (                    -- of one epoch of a study
    study          INTEGER NOT NULL REFERENCES study (number) ON DELETE CASCADE,
    epoch          INTEGER NOT NULL,
    commitment     BLOB NOT NULL,        -- to the study secret
    study_wrapped  BLOB,
    seal_wrapped   BLOB,
    issuer         TEXT,                 -- who granted the study secret
    UNIQUE (study, epoch)
) STRICT;

CREATE TABLE shredded (                  -- studies that are gone, by what told each from others of its id
    study       BLOB NOT NULL,
    commitment  BLOB NOT NULL,           -- of each epoch
    issuer      TEXT NOT NULL,           -- who granted it; empty: an own study, which has
    lookup      BLOB,
    PRIMARY KEY (study, commitment, issuer)
) STRICT, WITHOUT ROWID;
CREATE INDEX shredded_lookup ON shredded (lookup);

CREATE TABLE log (                       -- the name of every log that was met
    number  INTEGER PRIMARY KEY,
    origin  TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE log_head (                  -- heads seen that no later one is known to continue
    key   TEXT NOT NULL,                 -- who signed it: a verifier key
    size  INTEGER NOT NULL,
    root  BLOB NOT NULL,
    PRIMARY KEY (key, size)
) STRICT, WITHOUT ROWID;

CREATE TABLE own_log (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    log   INTEGER NOT NULL REFERENCES log (number),
    size  INTEGER NOT NULL               -- leaves assigned, and so the next index
) STRICT;

CREATE TABLE object (
    number           INTEGER PRIMARY KEY,
    id               BLOB NOT NULL,
    study            INTEGER NOT NULL REFERENCES study (number),
    epoch            INTEGER NOT NULL,
    profile          TEXT NOT NULL,
    payload_size     INTEGER NOT NULL,
    payload_path     TEXT,
    payload_cid      TEXT,
    original_size    INTEGER,            -- null: no second payload
    original_path    TEXT,
    original_cid     TEXT,
    kc               BLOB NOT NULL,
    replaces         BLOB,
    added            INTEGER NOT NULL,   -- when it came into this keystore: seconds since 1970
    segment          INTEGER,            -- of the index
    anchor_log       INTEGER,            -- null: not anchored
    anchor_index     INTEGER,
    anchor_salt      BLOB
) STRICT;
CREATE UNIQUE INDEX object_id ON object (id, study);  -- ids are public: others may have used the same one
CREATE INDEX object_study ON object (study);
CREATE INDEX object_payload ON object (payload_cid, payload_size) WHERE payload_cid IS NOT NULL;

CREATE TABLE box (                       -- the large parts of a record
    object         INTEGER PRIMARY KEY REFERENCES object (number) ON DELETE CASCADE,
    about          BLOB NOT NULL,
    sealed         BLOB,
    sealed_sha256  BLOB,
    proof          BLOB
) STRICT;

CREATE TABLE done (                      -- files that were encrypted, by keyed digests
    object  INTEGER PRIMARY KEY REFERENCES object (number) ON DELETE CASCADE,
    done    BLOB NOT NULL UNIQUE,
    hint    INTEGER NOT NULL,            -- the first 64 bits of the hint
    rules   TEXT NOT NULL                -- version and options that made the payload
) STRICT;
CREATE INDEX done_hint ON done (hint);

CREATE TABLE refusal (                   -- files that were not taken, by keyed digests
    file     BLOB NOT NULL,
    rules    TEXT NOT NULL,              -- version and options under which
    project  INTEGER NOT NULL REFERENCES project (number),
    outcome  TEXT NOT NULL,              -- refused (by policy) or unreadable
    class    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    PRIMARY KEY (file, rules)
) STRICT, WITHOUT ROWID;

CREATE TABLE target (
    number  INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE stored (                    -- one row for all objects that have the CID; gone with the last of them
    cid     TEXT NOT NULL,
    target  INTEGER NOT NULL,
    role    TEXT NOT NULL,               -- what the objects have it as: payload, the only one that is stored so far
    PRIMARY KEY (cid, target, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE missing (                   -- what a target is still to get; rows as in `stored`
    entry   INTEGER PRIMARY KEY,         -- gives the order in which it is sent
    cid     TEXT NOT NULL,
    target  INTEGER NOT NULL,
    role    TEXT NOT NULL,
    UNIQUE (cid, target, role)
) STRICT;
CREATE INDEX missing_target ON missing (target);

CREATE TABLE leaf (                      -- of the own log
    number  INTEGER PRIMARY KEY,         -- its index
    data    BLOB NOT NULL,
    type    TEXT NOT NULL,
    object  INTEGER,                     -- an own object, whose row holds the salt; or
    ref     BLOB,                        -- anything else, with
    salt    BLOB                         -- its salt; nothing of these after shredding
) STRICT;
CREATE UNIQUE INDEX leaf_ref ON leaf (type, ref) WHERE ref IS NOT NULL;

CREATE TABLE index_secret (
    name           TEXT NOT NULL UNIQUE,
    value_wrapped  BLOB NOT NULL
) STRICT;

CREATE TABLE index_buffer (              -- documents that wait for a segment
    object         INTEGER PRIMARY KEY REFERENCES object (number) ON DELETE CASCADE,
    terms_wrapped  BLOB NOT NULL
) STRICT;

CREATE TABLE segment (
    number  INTEGER PRIMARY KEY,
    id      BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE manifest_head (             -- the newest one seen of each owner's index
    owner   TEXT PRIMARY KEY,
    number  INTEGER NOT NULL,
    hash    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE issuer (
    number       INTEGER PRIMARY KEY,
    fingerprint  TEXT NOT NULL UNIQUE,
    keys         TEXT NOT NULL,
    log_origin   TEXT NOT NULL,
    log_key      TEXT NOT NULL,
    pinned       INTEGER NOT NULL
) STRICT;

CREATE TABLE given (                     -- grants and age files given
    number     INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    statement  TEXT,                     -- null: age files, which have none
    recipient  TEXT NOT NULL,
    fingerprint  TEXT,                   -- of the recipient's card, where there was one
    given      INTEGER NOT NULL,
    records    INTEGER NOT NULL,
    studies    INTEGER NOT NULL,
    not_after  INTEGER,
    label_wrapped  BLOB                  -- a note of whoever gave it: recipients may be patients
) STRICT;

CREATE TABLE given_study (               -- what they name
    study  INTEGER NOT NULL REFERENCES study (number) ON DELETE CASCADE,
    epoch  INTEGER NOT NULL,
    given  INTEGER NOT NULL REFERENCES given (number),
    PRIMARY KEY (study, epoch, given)
) STRICT, WITHOUT ROWID;

CREATE TABLE accepted (                  -- grants accepted
    number      INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    statement   TEXT NOT NULL,
    issuer      TEXT NOT NULL,
    not_before  INTEGER,
    not_after   INTEGER,
    accepted    INTEGER NOT NULL,
    objects     INTEGER NOT NULL         -- positions given out so far
) STRICT;

CREATE TABLE accepted_study (
    study    INTEGER NOT NULL REFERENCES study (number) ON DELETE CASCADE,
    epoch    INTEGER NOT NULL,
    granted  INTEGER NOT NULL,           -- accepted.number
    PRIMARY KEY (study, epoch, granted)
) STRICT, WITHOUT ROWID;

CREATE TABLE accepted_object (           -- in the order of the grant
    granted   INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    object    INTEGER NOT NULL,
    PRIMARY KEY (granted, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE backup (
    number     INTEGER PRIMARY KEY,
    made       INTEGER NOT NULL,
    recipient  TEXT NOT NULL
) STRICT;

CREATE TABLE discarded (                 -- payloads of shredded objects, until they are removed
    number  INTEGER PRIMARY KEY,
    cid     TEXT,
    path    TEXT
) STRICT;

CREATE TABLE remaining (                 -- payloads of shredded objects in stores that are not deleted from here
    number  INTEGER PRIMARY KEY,
    cid     TEXT NOT NULL,
    target  TEXT NOT NULL
) STRICT;

CREATE TABLE compaction (                -- deletions since the database was last written anew
    number  INTEGER PRIMARY KEY
) STRICT;
)sql";

std::uint64_t found_application(db::Connection& database) {
    db::Query id = database.query("PRAGMA application_id");
    if (!id.next()) database.throw_damaged();
    return id.count(0);
}

Digest own_schema() {
    return crypto::sha256(as_bytes(version_1));
}

// Until a release the first schema may change, its comments too, and what a former one made has the same number of
// steps.
void require_own_schema(db::Connection& database) {
    bool is_own = false;
    {
        db::Query table = database.query("SELECT 1 FROM sqlite_schema WHERE name = 'made_as'");
        is_own = table.next();
    }
    if (is_own) {
        db::Query made_as = database.query("SELECT schema FROM made_as");
        is_own = made_as.next() && made_as.array<32>(0) == own_schema();
    }
    if (is_own) return;
    throw Error(ErrorKind::failed, "the keystore was made by another version of msh",
                "open it with the programs of that version");
}

}  // namespace

void prepare_schema(db::Connection& database, Existing existing) {
    if (existing == Existing::required) {
        if (found_application(database) != application_id) {
            throw Error(ErrorKind::failed, "the file is not a keystore");
        }
        require_own_schema(database);
    }
    db::migrate(database, {version_1});
}

void note_own_schema(db::Connection& database) {
    database.run("INSERT INTO made_as (one, schema) VALUES (1, ?1)", {own_schema()});
}

std::array<WrappedColumn, 7> wrapped_columns() {
    return {{
        {"identity", "private_wrapped",
         "SELECT rowid, private_wrapped, use FROM identity WHERE rowid > ?1 ORDER BY rowid LIMIT ?2",
         "UPDATE identity SET private_wrapped = ?2 WHERE rowid = ?1", 1},
        {"project", "key_wrapped",
         "SELECT number, key_wrapped, name FROM project WHERE number > ?1 ORDER BY number LIMIT ?2",
         "UPDATE project SET key_wrapped = ?2 WHERE number = ?1", 1},
        {"secret", "study_wrapped",
         "SELECT secret.rowid, study_wrapped, id, secret.epoch, commitment FROM secret JOIN study ON number = study"
         " WHERE secret.rowid > ?1 AND study_wrapped IS NOT NULL ORDER BY secret.rowid LIMIT ?2",
         "UPDATE secret SET study_wrapped = ?2 WHERE rowid = ?1", 3},
        {"secret", "seal_wrapped",
         "SELECT secret.rowid, seal_wrapped, id, secret.epoch, commitment FROM secret JOIN study ON number = study"
         " WHERE secret.rowid > ?1 AND seal_wrapped IS NOT NULL ORDER BY secret.rowid LIMIT ?2",
         "UPDATE secret SET seal_wrapped = ?2 WHERE rowid = ?1", 3},
        {"given", "label_wrapped",
         "SELECT number, label_wrapped, id FROM given"
         " WHERE number > ?1 AND label_wrapped IS NOT NULL ORDER BY number LIMIT ?2",
         "UPDATE given SET label_wrapped = ?2 WHERE number = ?1", 1},
        {"index_secret", "value_wrapped",
         "SELECT rowid, value_wrapped, name FROM index_secret WHERE rowid > ?1 ORDER BY rowid LIMIT ?2",
         "UPDATE index_secret SET value_wrapped = ?2 WHERE rowid = ?1", 1},
        {"index_buffer", "terms_wrapped",
         "SELECT object, terms_wrapped, id FROM index_buffer JOIN object ON number = object"
         " WHERE object > ?1 ORDER BY object LIMIT ?2",
         "UPDATE index_buffer SET terms_wrapped = ?2 WHERE object = ?1", 1},
    }};
}

}  // namespace msh::keystore
