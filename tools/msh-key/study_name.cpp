#include "study_name.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace msh {
namespace {

using Studies = std::vector<keystore::StudyOfId>;

constexpr std::size_t shortest_prefix = 8;

bool is_hex(const std::string& text) {
    return text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// As many digits as tell it from the others.
std::string prefix_of(const keystore::StudyOfId& study, const Studies& all) {
    const std::string whole = to_hex(study.commitment);
    std::size_t size = shortest_prefix;
    for (const keystore::StudyOfId& other : all) {
        const std::string text = to_hex(other.commitment);
        if (text == whole) continue;
        const auto differs = std::mismatch(whole.begin(), whole.end(), text.begin()).first - whole.begin();
        size = std::max(size, static_cast<std::size_t>(differs) + 1);
    }
    return whole.substr(0, size);
}

std::string describe(const keystore::StudyOfId& study, const Studies& all) {
    const std::string whose = study.issuer ? "from " + *study.issuer : "own";
    const std::string epoch = study.is_shredded ? "shredded already" : "epoch " + std::to_string(study.epoch);
    return "@" + prefix_of(study, all) + " (" + whose + ", " + epoch + ")";
}

Error not_clear(const Studies& all) {
    std::string list;
    for (const keystore::StudyOfId& study : all)
        list += (list.empty() ? "" : ", ") + describe(study, all);
    return {ErrorKind::usage, "more than one study has this pseudonym: " + list,
            "append what names the one to shred, as in STUDY@" + prefix_of(all.front(), all)};
}

// Whether these are the own study alone, or one issuer's with one secret an epoch, of which nothing was shredded.
bool is_one_study(const Studies& studies) {
    std::set<std::uint64_t> epochs;
    return std::all_of(studies.begin(), studies.end(), [&](const keystore::StudyOfId& study) {
        return !study.is_shredded && study.issuer == studies.front().issuer && epochs.insert(study.epoch).second;
    });
}

std::vector<Digest> commitments_of(const Studies& studies) {
    std::vector<Digest> commitments;
    for (const keystore::StudyOfId& study : studies) {
        if (!study.is_shredded) commitments.push_back(study.commitment);
    }
    return commitments;
}

}  // namespace

StudyName parse_study_name(const std::string& text) {
    const std::size_t at = text.find('@');
    const auto id = array_from_hex<16>(text.substr(0, at));
    if (!id) throw Error(ErrorKind::usage, "a study is named by its pseudonym, 32 hex digits");
    if (at == std::string::npos) return {*id, {}};
    const std::string prefix = text.substr(at + 1);
    if (prefix.size() < shortest_prefix || prefix.size() > 2 * sizeof(Digest) || !is_hex(prefix)) {
        throw Error(ErrorKind::usage, "after '@' stand the first digits of a commitment, at least 8");
    }
    return {*id, prefix};
}

std::vector<Digest> choose_studies(const Studies& studies, const StudyName& name) {
    Studies named;
    std::copy_if(studies.begin(), studies.end(), std::back_inserter(named),
                 [&](const keystore::StudyOfId& study) { return to_hex(study.commitment).starts_with(name.prefix); });
    if (named.empty()) throw Error(ErrorKind::input, "there is no such study");
    std::vector<Digest> commitments = commitments_of(named);
    if (!commitments.empty() && !is_one_study(named)) throw not_clear(studies);
    return commitments;
}

}  // namespace msh
