#include "http/upload.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace msh::http {
namespace {

using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

bool is_readable(int fd, int milliseconds) {
    pollfd one{fd, POLLIN, 0};
    return ::poll(&one, 1, milliseconds) == 1;
}

// One connection on loopback: what comes is read, and when it ends `answer` is sent, its body byte by byte.
class Server {
  public:
    Server(std::string answer, std::chrono::milliseconds pause) : answer_(std::move(answer)), pause_(pause) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(listener_, 1), 0);
        EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this] { serve(); });
    }
    ~Server() {
        is_over_ = true;
        thread_.join();
        ::close(listener_);
    }

    std::string url;
    std::string received;

  private:
    void serve() {
        while (!is_over_ && !is_readable(listener_, 50)) {
        }
        if (is_over_) return;
        const int fd = ::accept(listener_, nullptr, nullptr);
        char byte = 0;
        while (!is_over_ && !received.ends_with("\r\n0\r\n\r\n")) {  // the end of a body in chunks
            if (!is_readable(fd, 50)) continue;
            if (::recv(fd, &byte, 1, 0) != 1) break;
            received += byte;
        }
        for (std::size_t i = 0; i < answer_.size() && !is_over_; ++i) {
            if (::send(fd, &answer_[i], 1, MSG_NOSIGNAL) != 1) break;
            if (i > answer_.find("\r\n\r\n") + 3) std::this_thread::sleep_for(pause_);
        }
        ::close(fd);
    }

    std::string answer_;
    std::chrono::milliseconds pause_;
    int listener_ = -1;
    std::atomic<bool> is_over_{false};
    std::thread thread_;
};

const std::vector<Upload::File> files{{"one", "a/b"}, {"two", "a/b"}};

Upload::Outcome send(Client& client, const std::string& url) {
    Upload upload(client, {.url = url, .max_body = 1000}, files);
    EXPECT_TRUE(upload.write(as_bytes("first")));
    upload.end_part();
    EXPECT_TRUE(upload.write(as_bytes("second")));
    upload.end_part();
    return upload.finish();
}

TEST(Upload, SendsItsPartsAndGetsAnAnswer) {
    Server server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", {});
    Client client(Limits{});
    const Upload::Outcome outcome = send(client, server.url);
    EXPECT_FALSE(outcome.failure);
    EXPECT_EQ(outcome.answer.status, 200);
    EXPECT_EQ(as_text(outcome.answer.body), "ok");
    EXPECT_LT(server.received.find("first"), server.received.find("second"));
}

TEST(Upload, AnAnswerThatTricklesHasAnEnd) {
    Server server("HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, ' '), std::chrono::milliseconds(300));
    Client client(Limits{.connect = seconds(1), .stall = seconds(1), .whole = seconds(1)});
    const auto begin = Clock::now();
    const Upload::Outcome outcome = send(client, server.url);
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->kind(), ErrorKind::again);
    EXPECT_TRUE(std::string(outcome.failure->what()).ends_with(": timed out")) << outcome.failure->what();
    EXPECT_EQ(outcome.answer.status, 200);
    EXPECT_LT(Clock::now() - begin, seconds(8));
}

TEST(Upload, ThatIsNotFinishedIsBrokenOff) {
    Server server("", {});
    Client client(Limits{});
    const auto begin = Clock::now();
    {
        Upload upload(client, {.url = server.url, .max_body = 1000}, files);
        EXPECT_TRUE(upload.write(as_bytes("first")));
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    EXPECT_LT(Clock::now() - begin, seconds(4));
}

TEST(Upload, ToNobodyTakesNothing) {
    Client client(Limits{});
    Upload upload(client, {.url = "http://127.0.0.1:1", .max_body = 1000}, files);
    const Bytes much(1 << 20);
    int written = 0;
    while (upload.write(much) && written < 100)
        ++written;
    EXPECT_LT(written, 4);
    upload.end_part();
    upload.end_part();
    const Upload::Outcome outcome = upload.finish();
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->kind(), ErrorKind::again);
    EXPECT_EQ(outcome.answer.status, 0);
}

}  // namespace
}  // namespace msh::http
