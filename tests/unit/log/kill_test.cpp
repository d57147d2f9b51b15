// A writer that is killed leaves the old checkpoint valid, whichever of its files had been written, whole or, after a
// power cut, empty; and the next writer completes, also with other leaves than the killed one had.
#include <gtest/gtest.h>
#include <random>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log/reader.hpp"
#include "log/writer.hpp"
#include "support/temporary_folder.hpp"
#include "unit/log/support.hpp"

namespace msh::log {
namespace {

namespace fs = std::filesystem;

void expect_all_provable(const fs::path& folder, const std::vector<Digest>& leaves) {
    Reader reader(folder, test::trust());
    ASSERT_EQ(reader.size(), leaves.size());
    for (std::uint64_t i = 0; i < leaves.size(); ++i)
        ASSERT_TRUE(reader.contains(i, leaves[i])) << i;
    if (leaves.empty()) return;
    EXPECT_EQ(reader.leaf(leaves.size() - 1), leaves.back());
}

void grow(const fs::path& folder, const std::vector<Digest>& all) {
    Writer writer(folder, test::signer());
    writer.append(std::span(all).subspan(writer.size()));
    writer.publish();
}

void copy_log(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
}

TEST(Kill, AnyFilesLeftBehindAreHarmless) {
    const msh::test::TemporaryFolder folder;
    const fs::path old_log = folder.path() / "old";
    const fs::path new_log = folder.path() / "new";
    const fs::path killed = folder.path() / "killed";
    const std::vector<Digest> old_leaves = test::leaves(0, 300);
    const std::vector<Digest> new_leaves = test::leaves(0, 1100);
    std::vector<Digest> other_leaves = old_leaves;
    for (const Digest& leaf : test::leaves(300, 1050, 1))
        other_leaves.push_back(leaf);

    grow(old_log, old_leaves);
    copy_log(old_log, new_log);
    grow(new_log, new_leaves);
    std::vector<std::string> written;
    for (const std::string& name : test::files_in(new_log)) {
        if (name != "checkpoint" && !fs::exists(old_log / name)) written.push_back(name);
    }
    ASSERT_EQ(written.size(),
              9U);  // four full tiles, three bundles and two partial files of each kind... see below

    std::mt19937 random(1);
    for (int round = 0; round < 24; ++round) {
        copy_log(old_log, killed);
        for (const std::string& name : written) {
            switch (round == 0 ? 0U : random() % 3) {
                case 0:
                    test::write_text(killed / name, test::read_text(new_log / name));
                    break;
                case 1:
                    test::write_text(killed / name, "");
                    break;
                default:
                    break;
            }
        }
        test::write_text(killed / ".new", "half a fi");
        expect_all_provable(killed, old_leaves);
        const std::vector<Digest>& next = round % 2 == 0 ? new_leaves : other_leaves;
        grow(killed, next);
        expect_all_provable(killed, next);
        EXPECT_FALSE(fs::exists(killed / ".new"));
    }
}

TEST(Kill, AtAnyMomentLosesNothingPublished) {
    const msh::test::TemporaryFolder folder;
    const fs::path log = folder.path() / "log";
    const std::vector<Digest> leaves = test::leaves(0, 20000);
    std::mt19937 random(2);
    std::uint64_t least = 0;
    for (int round = 0; round < 8; ++round) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            Writer writer(log, test::signer());
            while (writer.size() + 101 < leaves.size()) {
                writer.append(std::span(leaves).subspan(writer.size(), 101));
                writer.publish();
            }
            ::_exit(0);
        }
        ::usleep(static_cast<useconds_t>(random() % 60000));
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        if (!fs::exists(log / "checkpoint")) continue;
        const std::uint64_t size = Reader(log, test::trust()).size();
        EXPECT_GE(size, least);
        least = size;
        expect_all_provable(log, {leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(size)});
    }
    grow(log, leaves);
    expect_all_provable(log, leaves);
}

}  // namespace
}  // namespace msh::log
