// Files that are not what the manifest says, by accident or on purpose.
#include <algorithm>
#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/temporary_file.hpp"
#include "index_support.hpp"
#include "merkle/hash.hpp"
#include "merkle/tree.hpp"
#include "support/temporary_folder.hpp"

namespace msh::index::test {
namespace {

const std::vector<Term> present{{"field0", "0"}};
const std::vector<Term> absent{{"field0", "none"}};

class IndexDamage : public ::testing::Test {
  protected:
    void build(const std::vector<Document>& documents, const Placement& placement = {}) {
        info_ = builder_of(documents).build(folder_.path(), placement);
        bytes_ = *read_file(path(), std::size_t{1} << 24);
        right_ = as_set(find(present));
    }

    [[nodiscard]] std::filesystem::path path() const { return segment_path(folder_.path(), info_.id); }

    void write(ByteView bytes) const { write_file_atomically(path(), bytes, 0600); }

    [[nodiscard]] std::vector<Id> find(const std::vector<Term>& terms) const {
        return search(open_segment(folder_.path(), info_), test_keys(), terms);
    }

    void expect_damaged(const std::vector<Term>& terms, const std::string& what, const std::string& reason = {}) const {
        try {
            (void)find(terms);
            ADD_FAILURE() << what << " was not noticed";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input) << what;
            const std::string message = error.what();
            EXPECT_NE(message.find(to_hex(info_.id)), std::string::npos) << message;
            EXPECT_TRUE(message.ends_with(reason)) << message;
        }
    }

    // Replaces the pages and makes tree and root fit them: a segment that its own owner would have signed.
    void forge(const std::function<void(MutableBytes)>& change) {
        Bytes bytes = bytes_;
        change(MutableBytes(bytes));
        std::vector<Digest> leaves;
        for (std::uint32_t page = 0; page < info_.pages(); ++page) {
            leaves.push_back(merkle::leaf_hash(ByteView(bytes).subspan(std::size_t{page} * page_size, page_size)));
        }
        const merkle::FullTree tree(leaves);
        bytes.resize(leaves.size() * page_size);
        for (unsigned level = 0; (tree.size() >> level) > 0; ++level) {
            for (std::uint64_t i = 0; i < tree.size() >> level; ++i)
                append(bytes, tree.node(level, i));
        }
        info_.root = tree.root();
        write(bytes);
    }

    // Where the run of `present` is in the file.
    [[nodiscard]] std::size_t run_of_present() const {
        const Token token = token_for(info_, present[0]);
        const auto label = locate(token.k1, info_.placement.buckets).label;
        for (std::size_t at = page_size; at < bytes_.size(); at += slot_size) {
            if (std::equal(label.begin(), label.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at))) return at;
        }
        ADD_FAILURE() << "no run";
        return 0;
    }

    msh::test::TemporaryFolder folder_;
    SegmentInfo info_;
    Bytes bytes_;
    std::set<Id> right_;
};

TEST_F(IndexDamage, EveryByteIsGuardedOrWithoutEffect) {
    build(documents_with(20, {2, 5}, 1));
    ASSERT_EQ(info_.pages(), 4U);
    const std::size_t pages_end = std::size_t{info_.pages()} * page_size;
    std::size_t harmless = 0;
    const FileDescriptor fd(::open(path().c_str(), O_RDWR | O_CLOEXEC));
    for (std::size_t at = 0; at < bytes_.size(); ++at) {
        const auto changed = static_cast<std::uint8_t>(bytes_[at] ^ (1U << (at % 8)));
        ASSERT_EQ(::pwrite(fd.get(), &changed, 1, static_cast<off_t>(at)), 1);
        try {
            EXPECT_EQ(as_set(find(present)), right_);
            EXPECT_GE(at, pages_end) << "a page's byte was changed and nobody noticed";
            ++harmless;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
        }
        ASSERT_EQ(::pwrite(fd.get(), &bytes_[at], 1, static_cast<off_t>(at)), 1);
    }
    EXPECT_LT(harmless, bytes_.size() - pages_end) << "the tree is not looked at";
    EXPECT_EQ(as_set(find(present)), right_);
}

TEST_F(IndexDamage, LongListsAreGuarded) {
    build(documents_with(5000, {1, 4}, 2), {.run_limit = 1});
    const Token token = token_for(info_, present[0]);
    const Evaluation answer = evaluate(open_segment(folder_.path(), info_), token.k1);
    ASSERT_GT(answer.pages.size(), 2U);
    for (const std::uint32_t page : answer.pages) {
        for (const std::size_t offset : {0U, 2000U, 4095U}) {
            Bytes changed = bytes_;
            changed[std::size_t{page} * page_size + offset] ^= 0x80;
            write(changed);
            expect_damaged(present, "a byte of page " + std::to_string(page));
        }
    }
}

TEST_F(IndexDamage, AbsenceIsGuardedToo) {
    build(documents_with(20, {2, 5}, 1));
    EXPECT_TRUE(find(absent).empty());
    for (const std::size_t page : {1U, 2U}) {
        Bytes changed = bytes_;
        changed[page * page_size + 77] ^= 1;
        write(changed);
        expect_damaged(absent, "a byte of a candidate");
    }
}

TEST_F(IndexDamage, AWrongSizeIsNoticed) {
    build(documents_with(20, {2, 5}, 1));
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{page_size}, bytes_.size() - 1}) {
        write(ByteView(bytes_).first(size));
        expect_damaged(present, "a cut");
    }
    Bytes longer = bytes_;
    longer.push_back(0);
    write(longer);
    expect_damaged(present, "a byte too many");
}

TEST_F(IndexDamage, PagesCannotBeSwapped) {
    build(documents_with(20, {2, 5}, 1));
    Bytes changed = bytes_;
    std::swap_ranges(changed.begin() + page_size, changed.begin() + 2 * page_size, changed.begin() + 2 * page_size);
    write(changed);
    expect_damaged(present, "a swap");
}

TEST_F(IndexDamage, AnotherSegmentIsNotTakenForThisOne) {
    const auto documents = documents_with(20, {2, 5}, 1);
    build(documents);
    const SegmentInfo other = builder_of(documents).build(folder_.path());
    ASSERT_EQ(other.size(), info_.size());
    write(*read_file(segment_path(folder_.path(), other.id), std::size_t{1} << 24));
    expect_damaged(present, "another segment");
}

TEST_F(IndexDamage, AMissingFileIsNoInput) {
    build(documents_with(3, {2}, 1));
    std::filesystem::remove(path());
    try {
        (void)find(present);
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::failed);
    }
}

TEST_F(IndexDamage, TheHeaderMustBeTheManifests) {
    build(documents_with(20, {2, 5}, 1));
    const SegmentInfo good = info_;
    const auto expect_refused = [&](const char* what, const std::function<void(SegmentInfo&)>& change) {
        info_ = good;
        change(info_);
        expect_damaged(present, what);
        info_ = good;
    };
    std::filesystem::copy_file(path(), segment_path(folder_.path(), SegmentId{}));
    expect_refused("id", [](SegmentInfo& info) { info.id = {}; });
    expect_refused("documents", [](SegmentInfo& info) { ++info.documents; });
    expect_refused("no documents", [](SegmentInfo& info) { info.documents = 0; });
    expect_refused("buckets", [](SegmentInfo& info) { ++info.placement.buckets; });
    expect_refused("areas", [](SegmentInfo& info) { ++info.placement.buckets, --info.placement.tables; });
    expect_refused("run limit", [](SegmentInfo& info) { info.placement.run_limit = 8; });
    expect_refused("load", [](SegmentInfo& info) { info.placement.load = 81; });
    expect_refused("root", [](SegmentInfo& info) { info.root[31] ^= 1; });
    expect_refused("configuration", [](SegmentInfo& info) { info.configuration[0] ^= 1; });
    expect_refused("normaliser", [](SegmentInfo& info) { ++info.normaliser; });
    EXPECT_EQ(as_set(find(present)), right_);
}

TEST_F(IndexDamage, AForgedRunIsRefused) {
    build(documents_with(20, {2, 5}, 1));
    const SegmentInfo good = info_;
    const std::size_t run = run_of_present();
    const auto expect_refused = [&](const char* what, const std::function<void(MutableBytes)>& change) {
        info_ = good;
        forge(change);
        expect_damaged(present, what);
    };
    info_ = good;
    forge([](MutableBytes) {});
    EXPECT_EQ(as_set(find(present)), right_) << "forging nothing changes nothing";
    for (std::size_t i = 0; i < head_size; ++i) {
        expect_refused("head", [&](MutableBytes bytes) { bytes[run + label_size + i] ^= 0x10; });
    }
    expect_refused("class", [&](MutableBytes bytes) { bytes[run + label_size] ^= 1; });
    expect_refused("body", [&](MutableBytes bytes) { bytes[run + body_offset] ^= 1; });
    expect_refused("two lists", [&](MutableBytes bytes) {
        // Behind the right one, which opens, unless that is the last slot.
        const bool is_last = run % page_size + slot_size == page_size;
        const std::size_t elsewhere = is_last ? run - slot_size : run + slot_size;
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(run), slot_size,
                    bytes.begin() + static_cast<std::ptrdiff_t>(elsewhere));
    });
    expect_refused("table", [&](MutableBytes bytes) { bytes[std::size_t{3} * page_size] ^= 1; });
}

TEST_F(IndexDamage, AForgedPageNumberIsRefused) {
    build(documents_with(3000, {1, 2}, 1), {.run_limit = 1});
    const SegmentInfo good = info_;
    const std::size_t run = run_of_present();
    const Token token = token_for(info_, present[0]);
    const auto page = static_cast<std::uint32_t>(run / page_size);
    const auto slot = static_cast<std::uint32_t>(run % page_size / slot_size);
    for (const std::uint32_t number : {0U, 1U, info_.list_page(0) - 1, info_.table_page(0), info_.pages(), ~0U}) {
        info_ = good;
        forge([&](MutableBytes bytes) {
            Bytes plain(4 * numbers_a_slot);
            store_big_endian(number, MutableBytes(plain).first(4));
            crypto::Aead key(pages_key(token.k1).view());
            key.seal(nonce_of(page, slot), {}, plain, bytes.subspan(run + body_offset, slot_size - body_offset));
        });
        expect_damaged(present, "page " + std::to_string(number), "outside its area");
    }
}

}  // namespace
}  // namespace msh::index::test
