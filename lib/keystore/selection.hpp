// Objects picked out one by one, of which there may be millions, and read again study by study: a table that is this
// connection's alone, of some 15 bytes an object.
//
//     Selection selection(keystore);                   // empty; one at a time
//     if (!selection.add(number)) ...                    // not in this keystore
//     for (auto study = selection.first(); study; study = selection.after(*study))
//         selection.for_each(*study, [](const record::Object& object) { ... });
//
// Reads what the keystore holds at that time: an object that is gone since it was added is passed over.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "keystore/keystore.hpp"
#include "keystore/studies.hpp"
#include "record/object.hpp"

namespace msh::keystore {

class Selection {
  public:
    struct Study {
        StudyEpoch name;
        std::int64_t number = 0;  // the keystore's own
    };

    explicit Selection(Keystore& keystore);
    Selection(const Selection&) = delete;
    Selection& operator=(const Selection&) = delete;

    // An object by its number (Objects::held). False for one that the keystore does not know. To add one twice changes
    // nothing.
    [[nodiscard]] bool add(std::int64_t object);
    // Whether another object of the same id and kc was added: only their issuers tell the two apart, and who is granted
    // both has one issuer for them.
    [[nodiscard]] bool has_other_of_its_name(std::int64_t object);
    // Whether one of another study of the same id, epoch and secret was added, for which the same holds.
    [[nodiscard]] bool has_other_of_its_study(std::int64_t object);
    void clear();
    [[nodiscard]] std::uint64_t size();
    // How many studies they are of, an epoch each.
    [[nodiscard]] std::uint64_t studies();

    [[nodiscard]] std::optional<Study> first();
    [[nodiscard]] std::optional<Study> after(const Study& study);
    // In the order they came into the keystore, a few in memory at a time; what is called may use the keystore.
    void for_each(const Study& study, const std::function<void(const record::Object&)>& call);

    // Notes that a grant given (Grants::add_given) names all studies of the selection. Belongs inside a Transaction.
    void note_given(const Digest& grant);
    // Of age files, which leave one by one, only the selection left after all; of an empty one, nothing did. Belongs
    // inside a Transaction.
    void correct_given(const Digest& grant);

  private:
    [[nodiscard]] std::optional<Study> next(std::int64_t number, std::uint64_t epoch);

    Keystore& keystore_;
};

}  // namespace msh::keystore
