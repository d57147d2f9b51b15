// What the tests of the index share: fixed keys, made-up documents, and a plain map that knows the right answers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "crypto/random.hpp"
#include "index/builder.hpp"
#include "index/folder.hpp"
#include "index/search.hpp"

namespace msh::index::test {

inline Key key_from(std::uint8_t first) {
    Key key;
    for (auto& byte : key.writable())
        byte = first++;
    return key;
}

inline Keys test_keys() {
    return {key_from(0), key_from(32)};
}

struct Document {
    Id object{};
    std::vector<Term> terms;
};

using Oracle = std::map<std::pair<std::string, std::string>, std::set<Id>>;

inline Oracle oracle_of(const std::vector<Document>& documents) {
    Oracle oracle;
    for (const Document& document : documents) {
        for (const Term& term : document.terms)
            oracle[{term.field, term.value}].insert(document.object);
    }
    return oracle;
}

inline Id id_of(std::uint32_t number) {
    Id id{};
    store_big_endian(number, MutableBytes(id).first(4));
    store_big_endian(number * 2654435761U, MutableBytes(id).last(4));
    return id;
}

inline SegmentBuilder builder_of(const std::vector<Document>& documents) {
    SegmentBuilder builder(test_keys(), Digest{1, 2, 3}, 7);
    for (const Document& document : documents)
        builder.add(document.object, document.terms);
    return builder;
}

// Each document has one value in each field; a field's values are 0 to its number of values - 1.
inline std::vector<Document> documents_with(std::uint32_t count, const std::vector<std::uint32_t>& values,
                                            std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<Document> documents(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        documents[i].object = id_of(i);
        for (std::size_t field = 0; field < values.size(); ++field) {
            const auto value = std::to_string(random() % values[field]);
            documents[i].terms.push_back({"field" + std::to_string(field), value});
        }
    }
    return documents;
}

inline std::set<Id> as_set(const std::vector<Id>& ids) {
    return {ids.begin(), ids.end()};
}

inline Token token_for(const SegmentInfo& info, const Term& term) {
    return keyword_token(field_key(field_secret(test_keys().epoch, term.field), info.id), term.value);
}

}  // namespace msh::index::test
