// What the keystore holds, for lists: needs no unlocking. In the order it came in, a part of it in memory at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "keystore/keystore.hpp"
#include "record/study_summary.hpp"

namespace msh::keystore {

struct TargetOverview {
    std::string name;
    std::uint64_t objects = 0;
    std::uint64_t size = 0;     // bytes of their payloads
    std::uint64_t missing = 0;  // objects whose payload it is still to get
};

class Overview {
  public:
    explicit Overview(Keystore& keystore) : keystore_(keystore) {}

    // Without what the originals said. What is called may use the keystore.
    using StudyCall = std::function<void(record::StudySummary)>;
    void for_each_study(const StudyCall& call);
    void for_each_study(const Id& study, const StudyCall& call);

    // By name.
    [[nodiscard]] std::vector<TargetOverview> targets();

  private:
    struct Row;
    [[nodiscard]] std::vector<Row> read(db::Query rows);
    void complete(Row& row);

    Keystore& keystore_;
};

}  // namespace msh::keystore
