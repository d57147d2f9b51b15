#include "keystore/merge.hpp"

#include <optional>
#include <string>

#include "base/error.hpp"
#include "crypto/hash.hpp"

namespace msh::keystore {
namespace {

void require(bool agrees, const char* field) {
    if (!agrees) throw_disagreement(field);
}

template <typename T>
bool compatible(const std::optional<T>& a, const std::optional<T>& b) {
    return !a || !b || *a == *b;
}

std::optional<Digest> sealed_digest(const record::Object& record) {
    return record.sealed ? std::optional(crypto::sha256(*record.sealed)) : record.sealed_sha256;
}

bool sealed_agree(const record::Object& a, const record::Object& b) {
    if (a.sealed && b.sealed) return *a.sealed == *b.sealed;
    if (!a.sealed && !b.sealed) return compatible(a.sealed_sha256, b.sealed_sha256);
    return compatible(sealed_digest(a), sealed_digest(b));
}

void compare(const record::Object& known, const record::Object& other) {
    require(known.study == other.study, "study");
    require(known.epoch == other.epoch, "epoch");
    require(known.profile == other.profile, "profile");
    require(known.payload.size == other.payload.size, "payload.size");
    require(known.kc == other.kc, "kc");
    require(known.about == other.about, "about");
    require(sealed_agree(known, other), "sealed");
    require(compatible(known.payload.cid, other.payload.cid), "payload.cid");
    require(compatible(known.replaces, other.replaces), "replaces");
    if (known.original && other.original) {
        require(known.original->size == other.original->size, "original.size");
        require(compatible(known.original->cid, other.original->cid), "original.cid");
    }
    if (known.anchor && other.anchor) {
        require(known.anchor->origin == other.anchor->origin && known.anchor->index == other.anchor->index &&
                    known.anchor->salt == other.anchor->salt,
                "anchor");
    }
}

bool has_sealed(const record::Object& record) {
    return record.sealed || record.sealed_sha256;
}

// What a leaf commits to must not be news: whoever made the line could bind the object to anything.
void compare_news(const record::Object& known, const record::Object& other, Backing backing) {
    if (!known.payload.cid && other.payload.cid && backing != Backing::payload) {
        throw_disagreement("payload.cid", "run msh-put first");
    }
    require(known.replaces || !other.replaces, "replaces");
    require(known.original || !other.original, "original");
    if (known.original && other.original) require(known.original->cid || !other.original->cid, "original.cid");
    require(has_sealed(known) || !has_sealed(other), "sealed");
}

template <typename T>
bool add(std::optional<T>& to, const std::optional<T>& from) {
    if (to || !from) return false;
    to = from;
    return true;
}

bool add_committed(record::Object& known, const record::Object& from_outside) {
    bool added = add(known.payload.cid, from_outside.payload.cid);
    added |= add(known.replaces, from_outside.replaces);
    if (add(known.sealed, from_outside.sealed)) {
        known.sealed_sha256.reset();
        added = true;
    }
    if (!known.sealed) added |= add(known.sealed_sha256, from_outside.sealed_sha256);
    if (add(known.original, from_outside.original)) {
        known.original->path.reset();
        added = true;
    } else if (known.original && from_outside.original) {
        added |= add(known.original->cid, from_outside.original->cid);
    }
    if (!add(known.anchor, from_outside.anchor)) {
        if (known.anchor && from_outside.anchor) added |= add(known.anchor->proof, from_outside.anchor->proof);
    } else {
        added = true;
    }
    return added;
}

}  // namespace

record::Object only_members_backed_by_leaf(record::Object record) {
    if (record.anchor) record.anchor->proof.reset();
    if (record.original && !record.original->cid) record.original.reset();
    return record;
}

void throw_disagreement(const char* field, const char* hint) {
    throw Error(ErrorKind::input, std::string("the record's ") + field + " is not what the keystore knows", hint);
}

bool merge_record(record::Object& known, const record::Object& from_outside, Backing backing) {
    compare(known, from_outside);
    if (backing == Backing::none || backing == Backing::payload) compare_news(known, from_outside, backing);
    if (backing == Backing::grant) return add_committed(known, from_outside);
    if (backing == Backing::leaf) return add_committed(known, only_members_backed_by_leaf(from_outside));
    return false;
}

}  // namespace msh::keystore
