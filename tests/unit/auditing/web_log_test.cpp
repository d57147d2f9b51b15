#include "auditing/web_log.hpp"

#include <map>
#include <utility>

#include "ipfs/block_source.hpp"
#include "unit/auditing/support.hpp"

namespace msh::auditing {
namespace {

using WebLogTest = AuditTest;

TEST_F(WebLogTest, AsksForFilesBelowTheUrl) {
    std::vector<std::pair<std::string, std::size_t>> asked;
    http::Response response;
    response.status = 200;
    response.body = Bytes{1, 2, 3};
    const log::ReadFile files = files_at("https://host.example/a/log//", [&](const http::Request& request) {
        asked.emplace_back(request.url, request.max_body);
        return response;
    });
    EXPECT_EQ(files("checkpoint", 1'000'000), response.body);
    response.status = 404;  // with a page as long as it likes to have it
    EXPECT_EQ(files("tile/0/000", 32), std::nullopt);
    EXPECT_EQ(asked,
              (std::vector<std::pair<std::string, std::size_t>>{{"https://host.example/a/log/checkpoint", 1'000'001},
                                                                {"https://host.example/a/log/tile/0/000", 65536}}));
}

TEST_F(WebLogTest, WhatAServerWillNotGiveIsAnError) {
    http::Response response;
    const log::ReadFile files = files_at("http://host.example/log", [&](const http::Request&) { return response; });
    response.status = 500;
    expect_error(ErrorKind::again, "host.example: HTTP status 500", [&] { (void)files("checkpoint", 10); });
    for (const long status : {301, 403}) {
        response.status = status;
        EXPECT_THROW((void)files("checkpoint", 10), ipfs::PermanentSourceError) << status;
    }
    for (const std::string url : {"host.example/log", "ftp://host.example", "https://host.example/?log"}) {
        expect_error(ErrorKind::usage, "not the URL of a log", [&] { (void)files_at(url, {}); });
    }
}

// A server that gives something else for what is asked, or a page that says how sorry it is.
TEST_F(WebLogTest, NothingIsBelieved) {
    FakeLog log("host.example/log");
    log.grow_to(300);
    const std::string base = "https://host.example/log/";
    const auto serve = [&](const std::string& liar, const Bytes& lie) {
        return log::TileFolder(files_at(base,
                                        [&log, base, liar, lie](const http::Request& request) {
                                            http::Response response;
                                            response.status = 200;
                                            const std::string name = request.url.substr(base.size());
                                            const auto file = log.files.find(name);
                                            if (name == liar) {
                                                response.body = lie;
                                            } else if (file == log.files.end()) {
                                                response.status = 404;
                                            } else {
                                                response.body = file->second;
                                            }
                                            return response;
                                        }),
                               ErrorKind::failed);
    };
    const auto contains = [&](const log::TileFolder& files) {
        return log::Reader(files, {log.key(), {}}).contains(7, leaf(7));
    };
    EXPECT_TRUE(contains(serve("", {})));
    const std::string page = "<html>sorry</html>";
    const Bytes sorry(page.begin(), page.end());
    EXPECT_THROW((void)contains(serve("checkpoint", sorry)), Error);
    expect_error(ErrorKind::failed, "the log's tile/0/000 is damaged",
                 [&] { (void)contains(serve("tile/0/000", sorry)); });
    Bytes other = log.files.at("tile/0/000");
    other[300] ^= 1;
    for (const std::string name : {"tile/0/000", "tile/0/001.p/44"}) {
        Bytes lie(log.files.at(name).size(), 7);
        expect_error(ErrorKind::failed, "the log's tiles do not match its checkpoint",
                     [&] { (void)contains(serve(name, name == "tile/0/000" ? other : lie)); });
    }
    // A longer file is a full tile, if it has the form of one.
    Bytes longer = log.files.at("tile/0/000");
    longer.push_back(0);
    expect_error(ErrorKind::failed, "the log's tile/0/000 is damaged",
                 [&] { (void)contains(serve("tile/0/000", longer)); });
}

}  // namespace
}  // namespace msh::auditing
