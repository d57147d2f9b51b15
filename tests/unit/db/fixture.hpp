// A database with one table, in a folder of its own.
#pragma once

#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/error.hpp"
#include "base/temporary_file.hpp"
#include "db/connection.hpp"
#include "support/temporary_folder.hpp"

namespace msh::db::test {

class Database : public ::testing::Test {
  protected:
    void SetUp() override {
        write_file_atomically(path, {}, 0600);
        Connection db(path, "table");
        db.run("CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB, s TEXT, i INTEGER) STRICT");
    }
    static std::uint64_t rows(Connection& db) {
        Query count = db.query("SELECT count(*) FROM t");
        return count.next() ? count.count(0) : 0;
    }
    static ErrorKind kind(const std::function<void()>& call, std::string* message = nullptr) {
        try {
            call();
        } catch (const Error& error) {
            if (message != nullptr) *message = error.what();
            return error.kind();
        }
        throw std::logic_error("no error was thrown");
    }
    static void in_processes(int count, const std::function<void(int)>& work) {
        std::vector<pid_t> children;
        for (int i = 0; i < count; ++i) {
            children.push_back(::fork());
            if (children.back() != 0) continue;
            int code = 1;
            try {
                work(i);
                code = HasFailure() ? 2 : 0;
            } catch (const std::exception& error) {
                std::fprintf(stderr, "process %d: %s\n", i, error.what());
            }
            ::_exit(code);
        }
        for (const pid_t child : children) {
            int status = 0;
            ::waitpid(child, &status, 0);
            EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
        }
    }

    msh::test::TemporaryFolder folder;
    std::filesystem::path path = folder.path() / "table.db";
};

}  // namespace msh::db::test
