#include "index/builder.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "crypto/random.hpp"
#include "index/allocation.hpp"
#include "index/contents.hpp"
#include "index/list.hpp"
#include "index/secure_random.hpp"
#include "index/segment_writer.hpp"

namespace msh::index {
namespace {

// How many slots each keyword's run takes, and how many buckets and list pages that makes in all.
struct Needs {
    std::vector<std::uint8_t> slots;
    std::uint64_t buckets = 0;
    std::uint64_t list_pages = 0;
};

Needs needs_of(const Keywords& keywords, std::uint32_t documents, const Placement& placement) {
    const Shapes shapes(documents, placement.run_limit);
    Needs needs;
    needs.slots.resize(keywords.size());
    std::uint64_t slots = 0;
    for (std::uint32_t keyword = 0; keyword < keywords.size(); ++keyword) {
        const ListShape& shape = shapes.of(keywords.count(keyword));
        needs.slots[keyword] = static_cast<std::uint8_t>(shape.slots);
        slots += shape.slots;
        needs.list_pages += std::uint64_t{shape.pages} + shape.index_pages;
    }
    const std::uint64_t filled = std::uint64_t{slots_a_page} * placement.load;  // of 100 buckets
    needs.buckets = std::max<std::uint64_t>(2, (slots * 100 + filled - 1) / filled);
    return needs;
}

// Longest runs first; within a length at random, since the order of allocation shows in the result.
std::vector<std::uint32_t> order_of(const std::vector<std::uint8_t>& slots, SecureRandom& random) {
    std::vector<std::uint32_t> order;
    order.reserve(slots.size());
    for (std::uint32_t length = slots_a_page; length > 0; length /= 2) {
        const std::size_t begin = order.size();
        for (std::uint32_t keyword = 0; keyword < slots.size(); ++keyword) {
            if (slots[keyword] == length) order.push_back(keyword);
        }
        random.shuffle(std::span(order).subspan(begin));
    }
    return order;
}

}  // namespace

SegmentBuilder::SegmentBuilder(Keys keys, const Digest& configuration, std::uint32_t normaliser)
    : keys_(std::move(keys)), configuration_(configuration), normaliser_(normaliser) {}

void SegmentBuilder::add(const Id& object, std::span<const Term> terms) {
    if (objects_.size() == max_documents) throw Error(ErrorKind::input, "too many documents for one index segment");
    if (!known_.insert(object).second) throw Error(ErrorKind::input, "a document was given to the index twice");
    objects_.push_back(object);
    keywords_.begin_document();
    for (const Term& term : terms)
        keywords_.add(term.field, term.value);
}

SegmentInfo SegmentBuilder::build(const std::filesystem::path& folder, const Placement& wanted) const {
    if (objects_.empty()) throw Error(ErrorKind::usage, "an index segment needs a document");
    SegmentInfo info;
    info.documents = static_cast<std::uint32_t>(objects_.size());
    info.level = level_of(info.documents);
    info.configuration = configuration_;
    info.normaliser = normaliser_;
    info.placement = {.run_limit = wanted.run_limit, .load = wanted.load, .tables = table_pages(info.documents)};
    if (!is_plausible(info)) throw Error(ErrorKind::usage, "an index segment cannot be laid out like this");

    SecureRandom random;
    std::vector<Key> field_keys;
    const Allocation allocation = place(info, field_keys, random);
    std::vector<std::uint32_t> order(objects_.size());
    std::iota(order.begin(), order.end(), 0U);
    random.shuffle(std::span(order));
    const Keywords::Lists lists = keywords_.lists(order);

    SegmentWriter writer(folder, info.id, info.pages());
    Contents contents(info, keywords_, lists, field_keys, random, writer);
    contents.write_header();
    contents.write_buckets(allocation);
    contents.write_table(table_key(keys_.documents, info.id), objects_, order);
    info.root = writer.finish();
    return info;
}

Allocation SegmentBuilder::place(SegmentInfo& info, std::vector<Key>& field_keys, SecureRandom& random) const {
    const Needs needs = needs_of(keywords_, info.documents, info.placement);
    if (needs.buckets > max_area / 2 || needs.list_pages > max_area) {
        throw Error(ErrorKind::input, "too many terms for one index segment");
    }
    info.placement.buckets = static_cast<std::uint32_t>(needs.buckets);
    info.placement.lists = static_cast<std::uint32_t>(needs.list_pages);
    const std::vector<std::uint32_t> by_size = order_of(needs.slots, random);
    while (true) {
        crypto::fill_random(info.id);
        field_keys.clear();
        for (const std::string& field : keywords_.fields()) {
            field_keys.push_back(field_key(field_secret(keys_.epoch, field), info.id));
        }
        auto allocation = allocate(by_size, needs.slots, info.placement.buckets, [&](std::uint32_t keyword) {
            const Key& field = field_keys[keywords_.field(keyword)];
            const Key k1 = keyword_trapdoor(field, keywords_.value(keyword));
            const Locator locator = locate(k1, info.placement.buckets);
            return Candidates{locator.first, locator.second};
        });
        if (allocation) return *std::move(allocation);
        info.placement.buckets += info.placement.buckets / 8 + 1;
    }
}

}  // namespace msh::index
