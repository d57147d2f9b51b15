#include "search/query.hpp"

#include <map>
#include <utility>

#include "base/error.hpp"
#include "terms/normalise.hpp"

namespace msh::search {
namespace {

// What is likely to be wrong with a condition, given the ones before it by their attribute's keyword.
std::string hint_about(const terms::Condition& condition, const std::string& key,
                       std::map<std::string_view, std::vector<terms::Term>>& before) {
    const std::string keyword(condition.attribute->keyword);
    const auto [former, is_new] = before.emplace(condition.attribute->keyword, condition.terms);
    if (!is_new && former->second != condition.terms) {
        return "one object would need both values of " + keyword + "; to find either, run one search for each value";
    }
    if (condition.attribute->kind == terms::AttributeKind::name && key.find('^') == std::string::npos) {
        return "a name is written Family^Given, with all its components";
    }
    return {};
}

}  // namespace

Query make_query(const std::vector<std::string>& keys) {
    if (keys.empty()) {
        throw Error(ErrorKind::usage, "nothing to search for", "give a key, as in -k PatientID=12345");
    }
    Query query;
    std::map<std::string_view, std::vector<terms::Term>> before;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        try {
            const terms::Condition condition = terms::parse_condition(keys[i]);
            query.terms.insert(query.terms.end(), condition.terms.begin(), condition.terms.end());
            std::string hint = hint_about(condition, keys[i], before);
            if (!hint.empty()) query.hint = std::move(hint);
        } catch (const Error& error) {
            throw Error(error.kind(), "key " + std::to_string(i + 1) + ": " + error.what(), error.hint());
        }
    }
    return query;
}

}  // namespace msh::search
