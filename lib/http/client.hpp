// An HTTP client for untrusted servers: response sizes and waiting times are limited.
//
//     Client client(Limits{});
//     Request request{.url = "https://gateway.example/ipfs/bafk...?format=raw", .max_body = 2 << 20};
//     Response answer = client.ask(request);
//     if (answer.status == 200) use(answer.body);
//
// Any number of threads may ask at once; connections stay open for the next question. Redirects are not followed: the
// status and `location` tell of them. Certificates are checked against those of a file, where one is named, by the
// caller or by SSL_CERT_FILE, else against the system's. Proxies are taken from the environment (https_proxy,
// no_proxy...), as by curl, except for requests to this machine.
//
// Throws Error, kind `again`: the host does not answer, breaks off, sends more than the limits allow, or is too slow;
// `failed`: the URL, the host's certificate or the file of certificates cannot be used. Messages name the host, never
// the rest of the URL.
//
// Source: RFC 9110, RFC 9112; RFC 7578 of multipart/form-data; libcurl's manual.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::http {

struct Limits {
    std::chrono::seconds connect{10};
    std::chrono::seconds stall{20};   // without even a kilobyte a second
    std::chrono::seconds whole{300};  // from question, or the end of a long one, to end of answer
    std::size_t headers = 64 << 10;   // bytes of an answer's headers
};

// The limits for a user's --timeout value. Error (usage) if it is not a number of seconds.
[[nodiscard]] Limits limits_from_option(const std::optional<std::string>& timeout);

// A file of a multipart/form-data body, which may be of any length. `read` gives its next bytes, as many as fit or
// fewer, and 0 at its end; it may wait, and is called by the thread that asks. What it throws ends the question.
struct Part {
    std::string file_name;
    std::string type;
    std::function<std::size_t(MutableBytes)> read;
};

struct Request {
    enum class Method { get, head, post };

    std::string url;
    std::vector<std::string> headers{};          // "Name: value"
    const SecretBytes* secret_header = nullptr;  // one more, which is wiped after use
    std::size_t max_body = 0;                    // bytes of the answer's body; more is an error
    Method method = Method::get;
    std::string body{};         // of a post
    std::vector<Part> parts{};  // instead of that
    // The current stall limit, overriding Limits::stall: for requests that take long to process.
    std::function<std::chrono::seconds()> stall_limit{};
};

struct Response {
    long status = 0;
    Bytes body;
    std::optional<std::chrono::seconds> retry_after;  // as the header says
    std::string server;                               // the header
    std::string location;                             // of a redirect: the whole URL; empty where there is none
    std::string stream_error;                         // the trailer X-Stream-Error: the body is not whole
};

class Client {
  public:
    // `is_over` is asked about once a second; true ends every question. `ca_file` holds the certificates, in PEM, that
    // are trusted instead of the system's; without it, SSL_CERT_FILE names one. Error (failed) when the file cannot be
    // read.
    explicit Client(const Limits& limits, std::function<bool()> is_over = {},
                    const std::optional<std::string>& ca_file = {});
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    [[nodiscard]] Response ask(const Request& request);
    // The same, and where the answer breaks off, what came of it is in `partial`.
    [[nodiscard]] Response ask(const Request& request, Response& partial);

    [[nodiscard]] const Limits& limits() const noexcept;
    // Sleeps for this long, or until `is_over` returns true.
    void rest(std::chrono::milliseconds time) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace msh::http
