#include "lifecycle/recovery.hpp"

#include "base/counted.hpp"
#include "base/error.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/shredding.hpp"

namespace msh::lifecycle {

Recovery::Recovery(keystore::Keystore& keystore, const custodian::Home& home)
    : keystore_(keystore), objects_(keystore), opener_(keystore), log_(custodian::open_log(keystore, home)) {}

Recovery::Verdict Recovery::judge(const record::Object& object) {
    if (!object.anchor || object.anchor->origin != log_.checkpoint().origin) return Verdict::not_own;
    if (!log_.contains(object.anchor->index, custodian::leaf_data(object))) {
        throw Error(ErrorKind::input, "'anchor' refers to another record's leaf");
    }
    if (objects_.merge(object, keystore::Backing::leaf)) return Verdict::known;
    if (keystore::Shredding(keystore_).was_shredded(object.study) == keystore::Whose::own) return Verdict::shredded;
    if (!has_keys(object)) {
        ++lost_;
        return Verdict::keys_lost;
    }
    objects_.add_recovered(object);
    ++added_;
    return Verdict::added;
}

// Whether the secrets that the keystore has, which may be older than the object, open both of its boxes.
bool Recovery::has_keys(const record::Object& object) {
    try {
        (void)custodian::open_about(object, opener_.study_secret(object));
        (void)custodian::open_sealed(keystore_, object);
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        return false;
    }
}

void Recovery::report(bool has_read_all, Program& program) const {
    if (added_ > 0) program.note(count_of(added_, "record") + " added to the keystore again");
    if (lost_ > 0) {
        program.note("the keys of " + count_of(lost_, "record") + " are lost");
    } else {
        program.note(has_read_all ? "no keys of records anchored here are lost"
                                  : "no keys of the records that could be read are lost");
    }
}

}  // namespace msh::lifecycle
