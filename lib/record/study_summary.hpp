// What is told of a study in a list: one line of JSON.
//
//     {"msh":1,"type":"study-summary","study":"<hex>","project":"default","profile":"basic","epoch":1,
//      "objects":N,"size":N,"first":"<time>","last":"<time>","stored":[{"target":"store:/...","objects":N}],
//      "granted":[{"grant":"<hex>","recipient":"age1...","not_after":"<time>"}],
//      "patients":[{"name":"Doe^John","id":"...","issuer":"...","birth_date":"..."}],
//      "study_dates":["..."],"descriptions":["..."],"modalities":["CT"]}
//
// A study of someone else's has `issuer`, the fingerprint of who granted it, instead of `project`. The members from
// `patients` on say what the originals said; they are there only where somebody asked to see them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace msh::record {

struct Patient {
    std::string name;
    std::string id;
    std::string issuer;  // of the id
    std::string birth_date;
    bool operator==(const Patient&) const = default;
};

// Each different value once, in the order the objects came in; the first value of an
// attribute where it has several; of a Patient ID and its issuer, all of them, with backslashes between.
struct StudyOriginals {
    std::vector<Patient> patients;  // usually one
    std::vector<std::string> study_dates;
    std::vector<std::string> descriptions;
    std::vector<std::string> modalities;
};

struct StoredCount {
    std::string target;
    std::uint64_t objects = 0;
};

struct GivenTo {
    Digest grant{};
    std::string recipient;
    std::optional<std::int64_t> not_after;
};

struct StudySummary {
    Id study{};
    std::optional<std::string> project;
    std::optional<std::string> issuer;
    std::string profile;
    std::uint64_t epoch = 1;  // the current one
    std::uint64_t objects = 0;
    std::uint64_t size = 0;             // bytes of their payloads
    std::optional<std::int64_t> first;  // when objects came into the keystore: seconds since 1970
    std::optional<std::int64_t> last;
    std::vector<StoredCount> stored;  // by name
    std::vector<GivenTo> granted;     // whatever epoch, in the order they were given
    std::optional<StudyOriginals> originals;
};

[[nodiscard]] std::string to_json(const StudySummary& summary);

}  // namespace msh::record
