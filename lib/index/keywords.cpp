#include "index/keywords.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace msh::index {
namespace {

constexpr std::size_t chunk_size = 1U << 16;
constexpr std::size_t max_field = 255;
constexpr std::size_t max_value = chunk_size - 1;
constexpr std::uint32_t no_document = std::numeric_limits<std::uint32_t>::max();

std::size_t hash_of(std::uint16_t field, std::string_view value) {
    constexpr std::size_t odd = 0x9e3779b97f4a7c15;  // spreads the fields
    return std::hash<std::string_view>()(value) + field * odd;
}

}  // namespace

void Keywords::begin_document() {
    ends_.push_back(static_cast<std::uint32_t>(terms_.size()));
}

void Keywords::add(std::string_view field, std::string_view value) {
    if (field.empty() || field.size() > max_field || value.size() > max_value) {
        throw Error(ErrorKind::input, "an index term is too long or has no field");
    }
    const std::uint32_t keyword = keyword_number(field_number(field), value);
    Entry& entry = entries_[keyword];
    const auto document = static_cast<std::uint32_t>(ends_.size() - 1);
    if (entry.last_document == document) return;
    if (terms_.size() == no_document) throw Error(ErrorKind::input, "too many index terms for one segment");
    entry.last_document = document;
    ++entry.count;
    terms_.push_back(keyword);
    ++ends_.back();
}

std::string_view Keywords::value(std::uint32_t keyword) const {
    const Entry& entry = entries_[keyword];
    return as_text(ByteView(chunks_[entry.place >> 16]).subspan(entry.place & 0xffff, entry.length));
}

Keywords::Lists Keywords::lists(const std::vector<std::uint32_t>& order) const {
    Lists out;
    out.starts.resize(std::size_t{size()} + 1);
    std::uint32_t total = 0;
    for (std::uint32_t keyword = 0; keyword < size(); ++keyword) {
        out.starts[keyword] = total;
        total += entries_[keyword].count;
    }
    out.starts[size()] = total;
    out.documents.resize(total);
    std::vector<std::uint32_t> next = out.starts;
    for (std::uint32_t number = 0; number < order.size(); ++number) {
        const std::uint32_t document = order[number];
        for (std::uint32_t i = document == 0 ? 0 : ends_[document - 1]; i < ends_[document]; ++i) {
            out.documents[next[terms_[i]]++] = number;
        }
    }
    return out;
}

std::uint16_t Keywords::field_number(std::string_view field) {
    const auto found = std::find(fields_.begin(), fields_.end(), field);
    if (found == fields_.end()) {
        if (fields_.size() > std::numeric_limits<std::uint16_t>::max()) {
            throw Error(ErrorKind::input, "too many fields for one index segment");
        }
        fields_.emplace_back(field);
        return static_cast<std::uint16_t>(fields_.size() - 1);
    }
    return static_cast<std::uint16_t>(found - fields_.begin());
}

std::uint32_t Keywords::keyword_number(std::uint16_t field, std::string_view text) {
    if ((entries_.size() + 1) * 4 > table_.size() * 3) grow_table();
    std::size_t at = hash_of(field, text) & (table_.size() - 1);
    while (table_[at] != 0) {
        const std::uint32_t keyword = table_[at] - 1;
        if (entries_[keyword].field == field && value(keyword) == text) return keyword;
        at = (at + 1) & (table_.size() - 1);
    }
    const std::uint32_t keyword = size();
    entries_.push_back({store(text), static_cast<std::uint16_t>(text.size()), field, 0, no_document});
    table_[at] = keyword + 1;
    return keyword;
}

std::uint32_t Keywords::store(std::string_view text) {
    if (chunks_.empty() || chunks_.back().size() + text.size() > max_value) {
        if (chunks_.size() == chunk_size) throw Error(ErrorKind::input, "too many values for one index segment");
        chunks_.emplace_back().reserve(chunk_size);
    }
    SecretBytes& chunk = chunks_.back();
    const auto place = static_cast<std::uint32_t>(((chunks_.size() - 1) << 16) | chunk.size());
    const ByteView bytes = as_bytes(text);
    chunk.insert(chunk.end(), bytes.begin(), bytes.end());
    return place;
}

void Keywords::grow_table() {
    std::vector<std::uint32_t> larger(std::max<std::size_t>(1024, table_.size() * 2));
    for (std::uint32_t keyword = 0; keyword < size(); ++keyword) {
        std::size_t at = hash_of(entries_[keyword].field, value(keyword)) & (larger.size() - 1);
        while (larger[at] != 0)
            at = (at + 1) & (larger.size() - 1);
        larger[at] = keyword + 1;
    }
    table_.swap(larger);
}

}  // namespace msh::index
