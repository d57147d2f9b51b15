#include "keystore/study_name.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace msh::keystore {
namespace {

using StudyList = std::vector<StudyOfId>;

constexpr std::size_t shortest_prefix = 8;

bool is_hex(const std::string& text) {
    return text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// As many digits as tell it from the others.
std::string prefix_of(const std::string& whole, const std::vector<std::string>& others) {
    std::size_t size = shortest_prefix;
    for (const std::string& other : others) {
        if (other == whole) continue;
        const auto differs =
            std::mismatch(whole.begin(), whole.end(), other.begin(), other.end()).first - whole.begin();
        size = std::max(size, static_cast<std::size_t>(differs) + 1);
    }
    return whole.substr(0, size);
}

std::string name_of(const StudyOfId& study, const StudyList& all) {
    std::vector<std::string> commitments;
    std::vector<std::string> issuers;  // of this commitment
    for (const StudyOfId& other : all) {
        commitments.push_back(to_hex(other.commitment));
        if (other.commitment == study.commitment) issuers.push_back(other.issuer.value_or(""));
    }
    const std::string name = "@" + prefix_of(to_hex(study.commitment), commitments);
    return issuers.size() > 1 && study.issuer ? name + "@" + prefix_of(*study.issuer, issuers) : name;
}

std::string describe(const StudyOfId& study, const StudyList& all) {
    const std::string whose = study.issuer ? "from " + *study.issuer : "own";
    const std::string epoch = study.is_shredded ? "shredded already" : "epoch " + std::to_string(study.epoch);
    return name_of(study, all) + " (" + whose + ", " + epoch + ")";
}

Error not_clear(const StudyList& all) {
    std::string list;
    for (const StudyOfId& study : all)
        list += (list.empty() ? "" : ", ") + describe(study, all);
    return {ErrorKind::usage, "more than one study has this pseudonym: " + list,
            "append the digits that identify the study to shred, as in STUDY" + name_of(all.front(), all)};
}

// Whether these are the own study alone, or one issuer's with one secret an epoch, of which nothing was shredded.
bool is_one_study(const StudyList& studies) {
    std::set<std::uint64_t> epochs;
    return std::all_of(studies.begin(), studies.end(), [&](const StudyOfId& study) {
        return !study.is_shredded && study.issuer == studies.front().issuer && epochs.insert(study.epoch).second;
    });
}

// The first digits of something; nothing for anything else.
std::optional<std::string> read_prefix(const std::string& text) {
    const bool has_size = text.size() >= shortest_prefix && text.size() <= 2 * sizeof(Digest);
    return has_size && is_hex(text) ? std::optional(text) : std::nullopt;
}

}  // namespace

StudyName parse_study_name(const std::string& text) {
    const std::size_t at = text.find('@');
    const auto id = array_from_hex<16>(text.substr(0, at));
    if (!id) throw Error(ErrorKind::usage, "a study is named by its pseudonym, 32 hex digits");
    if (at == std::string::npos) return {*id, {}, {}};
    const std::size_t end = text.find('@', at + 1);
    const auto prefix = read_prefix(text.substr(at + 1, end == std::string::npos ? end : end - at - 1));
    const auto issuer = end == std::string::npos ? std::optional(std::string()) : read_prefix(text.substr(end + 1));
    if (!prefix) throw Error(ErrorKind::usage, "'@' must be followed by at least 8 digits of a commitment");
    if (!issuer) {
        throw Error(ErrorKind::usage,
                    "the second '@' must be followed by at least 8 digits of an issuer's fingerprint");
    }
    return {*id, *prefix, *issuer};
}

StudyList choose_studies(const StudyList& studies, const StudyName& name) {
    StudyList named;
    std::copy_if(studies.begin(), studies.end(), std::back_inserter(named), [&](const StudyOfId& study) {
        return to_hex(study.commitment).starts_with(name.prefix) &&
               (name.issuer.empty() || study.issuer.value_or("").starts_with(name.issuer));
    });
    if (named.empty()) throw Error(ErrorKind::input, "there is no such study");
    const auto is_shredded = [](const StudyOfId& study) { return study.is_shredded; };
    if (std::all_of(named.begin(), named.end(), is_shredded)) return {};
    if (!is_one_study(named)) throw not_clear(studies);
    return named;
}

}  // namespace msh::keystore
