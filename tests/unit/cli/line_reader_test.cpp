#include "cli/line_reader.hpp"

#include <array>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "support/temporary_folder.hpp"
#include "unit/cli/terminal.hpp"

namespace msh::cli {
namespace {

constexpr std::size_t any_number = 1'000'000;
constexpr std::size_t any_size = std::size_t{1} << 30;
constexpr std::size_t kept = 4096;  // of a line that is too long

using Kind = LineReader::Kind;

class Lines : public ::testing::Test {
  protected:
    std::string file(const std::string& name, const std::string& text) {
        std::ofstream(folder_.path() / name, std::ios::binary) << text;
        return (folder_.path() / name).string();
    }
    static std::vector<LineReader::Entry> all(LineReader& reader) {
        std::vector<LineReader::Entry> out;
        while (true) {
            std::vector<LineReader::Entry> some = reader.next(any_number, any_size);
            if (some.empty()) return out;
            out.insert(out.end(), some.begin(), some.end());
        }
    }
    static std::vector<LineReader::Entry> all_of(std::vector<std::string> operands, char end = '\n') {
        LineReader reader(std::move(operands), end);
        return all(reader);
    }
    static std::vector<std::string> texts(const std::vector<LineReader::Entry>& entries) {
        std::vector<std::string> out;
        for (const LineReader::Entry& entry : entries) {
            EXPECT_EQ(entry.kind, Kind::text);
            out.push_back(entry.text);
        }
        return out;
    }

    test::TemporaryFolder folder_;
};

// Standard input comes from it.
class Pipe {
  public:
    Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close();
        ::close(ends_[0]);
    }
    [[nodiscard]] int out() const { return ends_[0]; }
    void write(const std::string& text) const {
        EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    void close() {
        if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
    }

  private:
    std::array<int, 2> ends_{-1, -1};
};

TEST_F(Lines, OfAllOperandsInTheirOrder) {
    const auto entries = all_of({file("b", "one\ntwo\n"), file("a", "three\n")});
    EXPECT_EQ(texts(entries), std::vector<std::string>({"one", "two", "three"}));
    EXPECT_EQ(entries[2].position, 3U);
}

TEST_F(Lines, TheLastNeedsNoEnd) {
    EXPECT_EQ(texts(all_of({file("a", "one\ntwo"), file("b", "three")})),
              std::vector<std::string>({"one", "two", "three"}));
    EXPECT_TRUE(all_of({file("none", "")}).empty());
}

TEST_F(Lines, EmptyOnesAreCountedOnly) {
    const auto entries = all_of({file("a", "\n\none\n\n"), file("b", "two\n")});
    ASSERT_EQ(texts(entries), std::vector<std::string>({"one", "two"}));
    EXPECT_EQ(entries[0].position, 3U);
    EXPECT_EQ(entries[1].position, 5U);
}

TEST_F(Lines, MayEndWithNulAndMayHoldIt) {
    const std::string name = file("a", std::string("o\nne\0two\0", 9));
    EXPECT_EQ(texts(all_of({name}, '\0')), std::vector<std::string>({"o\nne", "two"}));
    EXPECT_EQ(texts(all_of({name})), std::vector<std::string>({"o", std::string("ne\0two\0", 7)}));
}

TEST_F(Lines, OfOneMiBAreWholeAndLongerOnesAreNot) {
    const std::string longest(max_line, 'x');
    const std::string longer(max_line + 1, 'y');
    const auto entries = all_of({file("a", longest + "\n" + longer + "\nnext\n" + longer + longest)});
    ASSERT_EQ(entries.size(), 4U);
    EXPECT_EQ(entries[0].kind, Kind::text);
    EXPECT_EQ(entries[0].text, longest);
    EXPECT_EQ(entries[1].kind, Kind::too_long);
    EXPECT_EQ(entries[1].text, std::string(kept, 'y'));
    EXPECT_EQ(entries[2].text, "next");
    EXPECT_EQ(entries[3].kind, Kind::too_long);
    EXPECT_EQ(entries[3].text, std::string(kept, 'y'));
    for (std::size_t i = 0; i < entries.size(); ++i)
        EXPECT_EQ(entries[i].position, i + 1);
}

TEST_F(Lines, OfManyMiBAreSkippedAndEndWithTheirOperand) {
    const std::string huge(5 * max_line, 'x');
    const auto entries = all_of({file("a", huge), file("b", "one\n"), file("c", huge + "\ntwo")});
    ASSERT_EQ(entries.size(), 4U);
    EXPECT_EQ(entries[0].kind, Kind::too_long);
    EXPECT_EQ(entries[1].text, "one");
    EXPECT_EQ(entries[2].kind, Kind::too_long);
    EXPECT_EQ(entries[3].text, "two");
}

TEST_F(Lines, AnUnreadableOperandIsAnEntryAndTheOthersAreRead) {
    const auto entries = all_of({(folder_.path() / "missing").string(), file("a", "one\n"), folder_.path().string(),
                                 file("b", "two\n"), (folder_.path() / "missing").string()});
    ASSERT_EQ(entries.size(), 5U);
    const std::vector<std::pair<std::uint64_t, std::string>> expected{{1, "No such file or directory"},
                                                                      {1, "one"},
                                                                      {3, "Is a directory"},
                                                                      {2, "two"},
                                                                      {5, "No such file or directory"}};
    for (std::size_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(entries[i].kind, i % 2 == 0 ? Kind::unreadable : Kind::text);
        EXPECT_EQ(entries[i].position, expected[i].first);
        EXPECT_EQ(entries[i].text, expected[i].second);
    }
}

TEST_F(Lines, NoOperandOrADashIsStandardInput) {
    for (const std::vector<std::string>& operands : {std::vector<std::string>{}, {"-"}, {"-", "-"}}) {
        Pipe pipe;
        const Replaced input(STDIN_FILENO, pipe.out());
        pipe.write("one\ntwo");
        pipe.close();
        EXPECT_EQ(texts(all_of(operands)), std::vector<std::string>({"one", "two"}));
    }
}

TEST_F(Lines, StandardInputHasItsPlaceAmongTheOperands) {
    Pipe pipe;
    const Replaced input(STDIN_FILENO, pipe.out());
    pipe.write("two\n");
    pipe.close();
    EXPECT_EQ(texts(all_of({file("a", "one\n"), "-", file("b", "three\n")})),
              std::vector<std::string>({"one", "two", "three"}));
}

TEST_F(Lines, ABatchHasNoMoreThanWasAskedFor) {
    LineReader reader({file("a", "one\ntwo\nthree\n")}, '\n');
    EXPECT_EQ(texts(reader.next(2, any_size)), std::vector<std::string>({"one", "two"}));
    EXPECT_EQ(texts(reader.next(2, any_size)), std::vector<std::string>({"three"}));
    EXPECT_TRUE(reader.next(2, any_size).empty());
    EXPECT_TRUE(reader.next(2, any_size).empty());
}

TEST_F(Lines, ABatchEndsALittleAboveItsBytes) {
    LineReader reader({file("a", "one\ntwo\nthree\n")}, '\n');
    EXPECT_EQ(texts(reader.next(any_number, 5)), std::vector<std::string>({"one", "two"}));
    EXPECT_EQ(texts(reader.next(any_number, 1)), std::vector<std::string>({"three"}));
}

TEST_F(Lines, ABatchEndsWhereNothingMoreHasComeYet) {
    Pipe pipe;
    const Replaced input(STDIN_FILENO, pipe.out());
    LineReader reader({}, '\n');
    pipe.write("one\ntwo\nthr");
    EXPECT_EQ(texts(reader.next(any_number, any_size)), std::vector<std::string>({"one", "two"}));
    pipe.write("ee\n");
    EXPECT_EQ(texts(reader.next(any_number, any_size)), std::vector<std::string>({"three"}));
    pipe.write("four");
    pipe.close();
    EXPECT_EQ(texts(reader.next(any_number, any_size)), std::vector<std::string>({"four"}));
    EXPECT_TRUE(reader.next(any_number, any_size).empty());
}

TEST_F(Lines, AWaitForInputCanBeEnded) {
    const Pipe pipe;
    const Replaced input(STDIN_FILENO, pipe.out());
    LineReader reader({}, '\n');
    std::thread other([&] { reader.cancel(); });
    EXPECT_TRUE(reader.next(any_number, any_size).empty());
    other.join();
}

}  // namespace
}  // namespace msh::cli
