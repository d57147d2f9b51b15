// The different keywords of a segment that is being built, and which documents have them. Values are patient data: they
// lie in memory that is wiped.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace msh::index {

class Keywords {
  public:
    void begin_document();
    // A term of the document begun last; giving it again changes nothing. Error of kind `input` beyond the limits.
    void add(std::string_view field, std::string_view value);

    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(entries_.size()); }
    [[nodiscard]] const std::vector<std::string>& fields() const noexcept { return fields_; }
    [[nodiscard]] std::uint32_t field(std::uint32_t keyword) const { return entries_[keyword].field; }
    [[nodiscard]] std::string_view value(std::uint32_t keyword) const;
    [[nodiscard]] std::uint32_t count(std::uint32_t keyword) const { return entries_[keyword].count; }

    // The documents of every keyword as one array: those of keyword w are documents[starts[w]] up to
    // documents[starts[w + 1]], ascending, where a document is called by its place in `order`.
    struct Lists {
        std::vector<std::uint32_t> starts;
        std::vector<std::uint32_t> documents;
    };
    [[nodiscard]] Lists lists(const std::vector<std::uint32_t>& order) const;

  private:
    struct Entry {
        std::uint32_t place;  // chunk << 16 | offset
        std::uint16_t length;
        std::uint16_t field;
        std::uint32_t count;
        std::uint32_t last_document;
    };

    [[nodiscard]] std::uint16_t field_number(std::string_view field);
    [[nodiscard]] std::uint32_t keyword_number(std::uint16_t field, std::string_view value);
    [[nodiscard]] std::uint32_t store(std::string_view value);
    void grow_table();

    std::vector<std::string> fields_;
    std::vector<SecretBytes> chunks_;   // 64 KiB each, so that values stay where they are
    std::deque<Entry> entries_;         // a deque, as growing it moves nothing
    std::vector<std::uint32_t> table_;  // open addressing: entry + 1, or 0
    std::deque<std::uint32_t> terms_;   // keywords, document after document
    std::vector<std::uint32_t> ends_;   // by document: the end of its terms
};

}  // namespace msh::index
