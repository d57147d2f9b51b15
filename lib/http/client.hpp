// HTTP for machines that cannot be trusted: every answer has a limit, every wait an end.
//
//     Client client(Limits{});
//     Answer answer = client.get({"https://gateway.example/ipfs/bafk...?format=raw", {"Accept: ..."}, 2 << 20});
//     if (answer.status == 200) use(answer.body);
//
// Any number of threads may ask at once; connections stay open for the next question. Redirects are not followed: the
// status tells of them. Certificates are checked as the system's trust store says. Proxies are taken from the
// environment (https_proxy, no_proxy...), as by curl.
//
// Throws Error, kind `again`: the host does not answer, breaks off, sends more than the limits allow, or is too slow;
// `failed`: the URL or a certificate cannot be used. Messages name the host, never the rest of the URL.
//
// Source: RFC 9110, RFC 9112; libcurl's manual.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace msh::http {

struct Limits {
    std::chrono::seconds connect{10};
    std::chrono::seconds stall{20};   // without even a kilobyte a second
    std::chrono::seconds whole{300};  // from question to end of answer
    std::size_t headers = 64 << 10;   // bytes of an answer's headers
};

struct Request {
    std::string url;
    std::vector<std::string> headers;  // "Name: value"
    std::size_t most = 0;              // bytes of the body; more is an error
};

struct Answer {
    long status = 0;
    Bytes body;
};

class Client {
  public:
    explicit Client(const Limits& limits);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    [[nodiscard]] Answer get(const Request& request);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// "gateway.example:8080": what messages name.
[[nodiscard]] std::string host_of(const std::string& url);

// "http" or "https", and a host; no user, query or fragment.
[[nodiscard]] bool is_base_url(const std::string& text);

}  // namespace msh::http
