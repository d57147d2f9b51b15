#include "keystore/merge.hpp"

#include <string>

#include "base/error.hpp"
#include "record/merge.hpp"

namespace msh::keystore {
namespace {

// What a leaf commits to must not be news: whoever made the line could bind the object to anything. The caller judges
// the anchor.
void refuse_news(const record::Object& known, const record::Object& other, Backing backing) {
    for (const std::string_view member : record::missing_members(known, other)) {
        if (member == "anchor") continue;
        if (member != "payload.cid") throw_disagreement(member);
        if (backing != Backing::payload) throw_disagreement(member, "run msh-put first");
    }
}

}  // namespace

record::Object only_members_backed_by_leaf(record::Object record) {
    if (record.anchor) record.anchor->proof.reset();
    if (record.original && !record.original->cid) record.original.reset();
    return record;
}

void throw_disagreement(std::string_view member, const char* hint) {
    throw Error(ErrorKind::input, "the record's " + std::string(member) + " is not what the keystore knows", hint);
}

bool merge_record(record::Object& known, const record::Object& from_outside, Backing backing) {
    if (const auto member = record::disagreement(known, from_outside)) throw_disagreement(*member);
    switch (backing) {
        case Backing::leaf:
            return record::add_missing(known, only_members_backed_by_leaf(from_outside));
        case Backing::grant:
            return record::add_missing(known, from_outside);
        case Backing::none:
        case Backing::payload:
            refuse_news(known, from_outside, backing);
    }
    return false;
}

}  // namespace msh::keystore
