// A server that requires authorization: its address, the header to send, and what its error responses mean.
//
//     Server server({.url = "https://node.example", .header = &header}, client);
//     Response answer = server.ask(server.request(Request::Method::post, "/api/v0/id"));
//     if (answer.status != 200) server.refuse(answer, message_in(answer.body));
#pragma once

#include <string>

#include "base/secret.hpp"
#include "http/client.hpp"

namespace msh::http {

struct ServerAddress {
    std::string url;
    const SecretBytes* header = nullptr;  // "Authorization: ...", where it wants one
    bool may_be_exposed = false;          // over plain http to another machine
};

class Server {
  public:
    // The client, and the header, must outlive it. Error (usage) for a URL that is none, or may not be used.
    Server(ServerAddress address, Client& client);

    // `path` begins with a slash.
    [[nodiscard]] Request request(Request::Method method, const std::string& path) const;

    // As Client::ask(). On 429, and on 503 with Retry-After, it waits and asks again, up to ten times; a longer wait
    // than three times the limit for a silent host is not accepted, and the answer is returned.
    [[nodiscard]] Response ask(const Request& request) const;

    // Throws what an answer means that is not the one hoped for. Error, kind `failed`: access denied,
    // is another kind of server, or redirects; else `again`, with what it says, if that is not empty.
    [[noreturn]] void refuse(const Response& answer, const std::string& message) const;

    [[nodiscard]] Client& client() const noexcept { return client_; }
    [[nodiscard]] const std::string& host() const noexcept { return host_; }

  private:
    ServerAddress address_;
    std::string host_;
    Client& client_;
};

}  // namespace msh::http
