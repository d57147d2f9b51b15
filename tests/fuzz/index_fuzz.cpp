// What the index reads from others: a manifest, and a segment whose pages hold anything at all. Built with
// -fsanitize=fuzzer,address; run as `index_fuzz tests/fuzz/corpus/index`.
//
// The first byte chooses. A manifest is the rest as it is, first as a note, then as its text: what is taken has one
// spelling. A list and a segment are made of numbers and byte strings taken from the rest; the segment's tree fits its
// pages and its seals are made with the right keys, so that everything behind the checks is reached.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "index/manifest.hpp"
#include "index/search.hpp"
#include "merkle/hash.hpp"
#include "merkle/tree.hpp"
#include "support/memory_pages.hpp"

namespace {

using namespace msh;
using namespace msh::index;

void require(bool holds) {
    if (!holds) std::abort();
}

class Input {
  public:
    explicit Input(ByteView bytes) : rest_(bytes) {}

    [[nodiscard]] ByteView take(std::size_t size) {
        const ByteView taken = rest_.first(std::min(size, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }
    [[nodiscard]] std::uint32_t number(std::uint32_t limit) { return load_big_endian<std::uint32_t>(take(3)) % limit; }
    [[nodiscard]] ByteView rest() const { return rest_; }

  private:
    ByteView rest_;
};

void read_manifest(ByteView bytes) {
    try {
        (void)open_manifest(as_text(bytes), crypto::VerificationKey{});
    } catch (const Error& error) {
        require(error.kind() == ErrorKind::input);
    }
    try {
        require(manifest_text(parse_manifest(as_text(bytes))) == as_text(bytes));
    } catch (const Error& error) {
        require(error.kind() == ErrorKind::input);
    }
}

void read_list(Input input) {
    const std::uint32_t documents = 1 + input.number(5000);
    const auto shape = shape_of(input.number(16), documents, 1U << input.number(7));
    if (!shape) return;
    const auto numbers = decode_list(input.rest(), *shape, documents);
    if (!numbers) return;
    require(std::ranges::is_sorted(*numbers) && numbers->back() < documents);
    const Bytes coded = encode_list(*numbers, *shape);
    require(std::equal(coded.begin(), coded.end(), input.rest().begin()));
}

Bytes with_tree(std::vector<Page> pages, SegmentInfo& info) {
    pages[0] = encode_header(info);
    Bytes file;
    std::vector<Digest> leaves;
    for (const Page& page : pages) {
        append(file, page);
        leaves.push_back(merkle::leaf_hash(page));
    }
    const merkle::FullTree tree(leaves);
    for (unsigned level = 0; (tree.size() >> level) > 0; ++level) {
        for (std::uint64_t i = 0; i < tree.size() >> level; ++i)
            append(file, tree.node(level, i));
    }
    info.root = tree.root();
    return file;
}

void seal(const Key& key, std::uint32_t page, std::uint32_t slot, ByteView plain, MutableBytes out) {
    Bytes padded(plain.begin(), plain.end());
    padded.resize(out.size() - crypto::tag_size);
    crypto::Aead(key.view()).seal(nonce_of(page, slot), {}, padded, out);
}

// One change of the pages: a run with any head, a page sealed as a whole, or plain bytes.
void apply_change(Input& input, const SegmentInfo& info, const Token& token, std::vector<Page>& pages) {
    const Locator locator = locate(token.k1, info.placement.buckets);
    const std::uint32_t kind = input.number(8);
    const std::uint32_t number = input.number(info.pages());
    const MutableBytes page(pages[number]);
    const Key key = kind % 2 == 0 ? token.k2 : pages_key(token.k1);
    if (kind < 4) {
        const std::uint32_t bucket = kind < 2 ? locator.first : locator.second;
        const std::uint32_t slot = input.number(slots_a_page);
        const std::uint32_t slots = 1 + input.number(slots_a_page - slot);
        const MutableBytes run =
            MutableBytes(pages[info.bucket_page(bucket)]).subspan(slot * slot_size, slots * slot_size);
        std::ranges::copy(locator.label, run.begin());
        const ByteView head = input.take(head_size);
        for (std::size_t i = 0; i < head.size(); ++i)
            run[label_size + i] = static_cast<std::uint8_t>(head[i] ^ locator.mask[i]);
        const std::size_t size = std::min<std::size_t>(input.number(4000), run.size() - body_offset - 16);
        seal(key, info.bucket_page(bucket), slot, input.take(size), run.subspan(body_offset));
    } else if (kind < 6) {
        seal(key, number, slots_a_page, input.take(input.number(page_room + 1)), page);
    } else {
        const ByteView bytes = input.take(page_size);
        std::ranges::copy(bytes, page.begin());
    }
}

void read_segment(Input input) {
    SegmentInfo info;
    // Few documents, or enough for lists whose pages are named in index pages.
    info.documents = input.number(16) == 15 ? 100000 : 1 + input.number(4 * ids_a_page);
    info.level = level_of(info.documents);
    info.placement.run_limit = 1U << input.number(7);
    info.placement.buckets = 2 + input.number(2);
    info.placement.lists = input.number(10);
    info.placement.tables = table_pages(info.documents);

    const Keys keys;
    const Term term{"field", "value"};
    const Token token = keyword_token(field_key(field_secret(keys.epoch, term.field), info.id), term.value);
    std::vector<Page> pages(info.pages());
    for (std::uint32_t table = 0; table < std::min(info.placement.tables, 4U); ++table) {
        const std::uint32_t number = info.table_page(table);
        seal(table_key(keys.documents, info.id), number, slots_a_page, {}, MutableBytes(pages[number]));
    }
    const std::uint32_t changes = input.number(6);
    for (std::uint32_t i = 0; i < changes; ++i)
        apply_change(input, info, token, pages);

    try {
        const Segment segment(std::make_unique<test::MemoryPages>(with_tree(pages, info)), info);
        const auto objects = search(segment, keys, std::vector<Term>{term, term});
        require(objects.size() <= info.documents);
    } catch (const Error& error) {
        require(error.kind() == ErrorKind::input);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView rest(data + 1, size - 1);
    switch (data[0] % 3) {
        case 0:
            read_manifest(rest);
            break;
        case 1:
            read_list(Input(rest));
            break;
        default:
            read_segment(Input(rest));
    }
    return 0;
}
