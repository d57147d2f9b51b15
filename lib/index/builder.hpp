// Builds a segment (format.hpp) from documents and their terms.
//
//     SegmentBuilder builder(keys, configuration, normaliser);
//     for (...) builder.add(object, terms);
//     SegmentInfo info = builder.build(folder);     // durable as segment_path(folder, info.id)
//
// The file counts only once a manifest names it. A build that is killed leaves a hidden temporary file, and one that is
// killed before its manifest is written leaves an unlisted segment: the caller removes both (AtomicFile::sweep(),
// segments_in()). Neither is ever taken up again, so no segment id, and no key made from it, is used for two contents.
//
// Terms are kept in memory that is wiped: about 16 bytes and the value's length for each different keyword, 8 bytes for
// each term of a document. Throws Error: kind `failed` (disk, random numbers), `input` for terms out of limits, a
// document given twice, or more than max_documents of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <unordered_set>
#include <vector>

#include "index/allocation.hpp"
#include "index/format.hpp"
#include "index/keys.hpp"
#include "index/keywords.hpp"
#include "index/secure_random.hpp"

namespace msh::index {

class SegmentBuilder {
  public:
    SegmentBuilder(Keys keys, const Digest& configuration, std::uint32_t normaliser);

    // Terms given twice count once. On an Error the builder holds part of the document: drop it.
    void add(const Id& object, std::span<const Term> terms);
    [[nodiscard]] std::size_t documents() const noexcept { return objects_.size(); }

    // Every call makes another segment of the same documents, which must be one at least. Only the first two numbers of
    // the placement are used; the others follow from the documents.
    [[nodiscard]] SegmentInfo build(const std::filesystem::path& folder, const Placement& wanted = {}) const;

  private:
    // Draws the segment's id, and its buckets until everything fits.
    [[nodiscard]] Allocation place(SegmentInfo& info, std::vector<Key>& field_keys, SecureRandom& random) const;

    Keys keys_;
    Digest configuration_;
    std::uint32_t normaliser_;
    Keywords keywords_;
    std::vector<Id> objects_;
    std::unordered_set<Id, RandomKeyHash> known_;
};

}  // namespace msh::index
