#include "record/merge.hpp"

#include <string>

#include "base/error.hpp"

namespace msh::record {
namespace {

// The members of a record, each visited once: one that both must have, one that either may lack, the sealed box, and
// the proof. `Known` is an Object, const for who only compares.
template <typename Known, typename Visitor>
void visit_members(Known& known, const Object& other, Visitor& visitor) {
    visitor.required("id", known.id, other.id);
    visitor.required("study", known.study, other.study);
    visitor.required("epoch", known.epoch, other.epoch);
    visitor.required("profile", known.profile, other.profile);
    visitor.required("payload.size", known.payload.size, other.payload.size);
    visitor.required("kc", known.kc, other.kc);
    visitor.required("about", known.about, other.about);
    visitor.sealed(known, other);
    visitor.optional("payload.cid", known.payload.cid, other.payload.cid);
    visitor.optional("replaces", known.replaces, other.replaces);
    if (known.original && other.original) {
        visitor.required("original.size", known.original->size, other.original->size);
        visitor.optional("original.cid", known.original->cid, other.original->cid);
    } else {
        visitor.optional("original", known.original, other.original);
    }
    if (known.anchor && other.anchor) {
        visitor.required("anchor", known.anchor->origin, other.anchor->origin);
        visitor.required("anchor", known.anchor->index, other.anchor->index);
        visitor.required("anchor", known.anchor->salt, other.anchor->salt);
        visitor.proof(known.anchor->proof, other.anchor->proof);
    } else {
        visitor.optional("anchor", known.anchor, other.anchor);
    }
}

bool has_sealed(const Object& object) {
    return object.sealed || object.sealed_sha256;
}

bool sealed_agree(const Object& a, const Object& b) {
    if (!has_sealed(a) || !has_sealed(b)) return true;
    if (a.sealed && b.sealed) return *a.sealed == *b.sealed;
    return sealed_hash(a) == sealed_hash(b);
}

struct Comparison {
    std::optional<std::string_view> found;

    template <typename T>
    void required(std::string_view name, const T& known, const T& other) {
        if (!found && known != other) found = name;
    }
    template <typename T>
    void optional(std::string_view name, const std::optional<T>& known, const std::optional<T>& other) {
        if (known && other) required(name, *known, *other);
    }
    void sealed(const Object& known, const Object& other) {
        if (!found && !sealed_agree(known, other)) found = "sealed";
    }
    void proof(const std::optional<Bytes>& /*known*/, const std::optional<Bytes>& /*other*/) {}
};

struct Missing {
    std::vector<std::string_view> names;

    template <typename T>
    void required(std::string_view /*name*/, const T& /*known*/, const T& /*other*/) {}
    template <typename T>
    void optional(std::string_view name, const std::optional<T>& known, const std::optional<T>& other) {
        if (!known && other) names.push_back(name);
    }
    void sealed(const Object& known, const Object& other) {
        if (!has_sealed(known) && has_sealed(other)) names.emplace_back("sealed");
    }
    void proof(const std::optional<Bytes>& /*known*/, const std::optional<Bytes>& /*other*/) {}
};

struct Addition {
    bool added = false;

    template <typename T>
    void required(std::string_view /*name*/, const T& /*known*/, const T& /*other*/) {}
    template <typename T>
    void optional(std::string_view /*name*/, std::optional<T>& known, const std::optional<T>& other) {
        if (known || !other) return;
        known = other;
        added = true;
    }
    void optional(std::string_view /*name*/, std::optional<Payload>& known, const std::optional<Payload>& other) {
        if (known || !other) return;
        known = Payload{other->size, std::nullopt, other->cid};
        added = true;
    }
    void sealed(Object& known, const Object& other) {
        optional("sealed", known.sealed, other.sealed);
        if (known.sealed) {
            known.sealed_sha256.reset();  // it follows from the box
        } else {
            optional("sealed_sha256", known.sealed_sha256, other.sealed_sha256);
        }
    }
    void proof(std::optional<Bytes>& known, const std::optional<Bytes>& other) {
        optional("anchor.proof", known, other);
    }
};

}  // namespace

std::optional<std::string_view> disagreement(const Object& known, const Object& other) {
    Comparison comparison;
    visit_members(known, other, comparison);
    return comparison.found;
}

std::vector<std::string_view> missing_members(const Object& known, const Object& other) {
    Missing missing;
    visit_members(known, other, missing);
    return missing.names;
}

bool add_missing(Object& known, const Object& other) {
    if (const auto member = disagreement(known, other))
        throw Error(ErrorKind::input, "'" + std::string(*member) + "' is not the one known");
    Addition addition;
    visit_members(known, other, addition);
    return addition.added;
}

}  // namespace msh::record
