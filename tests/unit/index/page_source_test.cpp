#include "index/page_source.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/temporary_file.hpp"
#include "index/folder.hpp"
#include "index_support.hpp"
#include "support/memory_pages.hpp"
#include "support/temporary_folder.hpp"

namespace msh::index {
namespace {

TEST(PageFile, ReadsAtAnOffsetAndNoFurtherThanItsEnd) {
    const msh::test::TemporaryFolder folder;
    write_file_atomically(folder.path() / "file", as_bytes("0123456789"), 0600);
    const PageFile file(folder.path() / "file");
    EXPECT_EQ(file.size(), 10U);
    Bytes into(4);
    EXPECT_EQ(file.read(into, 3), 4U);
    EXPECT_EQ(as_text(into), "3456");
    EXPECT_EQ(file.read(into, 8), 2U);
    EXPECT_EQ(file.read(into, 10), 0U);
    EXPECT_THROW(PageFile(folder.path() / "absent"), Error);
}

// One that says it has more than it gives.
class ShortPages final : public PageSource {
  public:
    explicit ShortPages(Bytes bytes) : whole_(bytes.size()), pages_({bytes.begin(), bytes.end() - 100}) {}
    [[nodiscard]] std::uint64_t size() const override { return whole_; }
    [[nodiscard]] std::size_t read(MutableBytes into, std::uint64_t offset) const override {
        return pages_.read(into, offset);
    }

  private:
    std::uint64_t whole_;
    msh::test::MemoryPages pages_;
};

TEST(PageSource, AnySourceWillDoAndNoneIsTrusted) {
    const msh::test::TemporaryFolder folder;
    const SegmentInfo info = test::builder_of(test::documents_with(20, {2, 5}, 1)).build(folder.path());
    const Bytes bytes = *read_file(segment_path(folder.path(), info.id), std::size_t{1} << 24);
    const Segment segment(std::make_unique<msh::test::MemoryPages>(bytes), info);
    EXPECT_EQ(segment.page(1), open_segment(folder.path(), info).page(1));

    Bytes changed = bytes;
    changed[page_size + 7] ^= 1;
    const Segment lying(std::make_unique<msh::test::MemoryPages>(changed), info);
    EXPECT_THROW((void)lying.page(1), Error);
    EXPECT_NO_THROW((void)lying.page(2));

    EXPECT_THROW(Segment(std::make_unique<ShortPages>(bytes), info), Error);
    changed.pop_back();
    EXPECT_THROW(Segment(std::make_unique<msh::test::MemoryPages>(changed), info), Error);
}

}  // namespace
}  // namespace msh::index
