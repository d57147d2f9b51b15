// Lists of what the keystore has, in the order in which it was added. Needs no unlocking, and memory for a part at a
// time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "keystore/keystore.hpp"
#include "record/object.hpp"
#include "record/study_summary.hpp"

namespace msh::keystore {

struct TargetOverview {
    std::string name;
    std::uint64_t objects = 0;
    std::uint64_t size = 0;     // bytes of their payloads
    std::uint64_t missing = 0;  // objects whose payload is missing there
};

struct ListedObject {
    record::Object record;
    std::optional<std::string> issuer;  // fingerprint of who granted it, if there are several objects of its id
};

class Overview {
  public:
    explicit Overview(Keystore& keystore) : keystore_(keystore) {}

    // Without values of the originals. `call` may use the keystore.
    using StudyCall = std::function<void(record::StudySummary)>;
    void for_each_study(const StudyCall& call);
    void for_each_study(const Id& study, const StudyCall& call);

    // Objects, of all studies or of every study of this id, whoever gave it out. `call` may use the keystore.
    using ObjectCall = std::function<void(const ListedObject&)>;
    void for_each_object(const ObjectCall& call);
    void for_each_object(const Id& study, const ObjectCall& call);

    // By name.
    // Those that have payloads, or are missing some: one that was given up may do neither.
    [[nodiscard]] std::vector<TargetOverview> targets();

  private:
    struct Row;
    [[nodiscard]] std::vector<Row> read(db::Query rows);
    void complete(Row& row);

    Keystore& keystore_;
};

}  // namespace msh::keystore
