#include "http/server.hpp"

#include <utility>

#include "base/error.hpp"
#include "http/url.hpp"

namespace msh::http {
namespace {

constexpr std::size_t max_answer = std::size_t{1} << 20;
constexpr int max_rests = 10;  // for one question
constexpr std::chrono::seconds unsaid_rest{1};

// How long whoever answers so wants to be left alone.
std::optional<std::chrono::seconds> wanted_rest(const Response& answer) {
    if (answer.status == 429) return answer.retry_after.value_or(unsaid_rest);
    return answer.status == 503 ? answer.retry_after : std::nullopt;
}

}  // namespace

Server::Server(ServerAddress address, Client& client) : address_(std::move(address)), client_(client) {
    if (!is_base_url(address_.url)) {
        throw Error(ErrorKind::usage, "not the URL of a server", "as in https://HOST:PORT");
    }
    host_ = host_of(address_.url);
    if (is_exposed(address_.url) && !address_.may_be_exposed) {
        throw Error(ErrorKind::usage,
                    host_ + ": plain http is refused, since anyone on the network path could send it commands",
                    "use https, or --insecure where the network is trusted");
    }
    address_.url = without_slashes(std::move(address_.url));
}

Request Server::request(Request::Method method, const std::string& path) const {
    return {.url = address_.url + path, .secret_header = address_.header, .max_body = max_answer, .method = method};
}

Response Server::ask(const Request& request) const {
    for (int rests = 0;; ++rests) {
        Response answer = client_.ask(request);
        const auto rest = wanted_rest(answer);
        if (!rest || rests == max_rests || *rest > 3 * client_.limits().stall) return answer;
        client_.rest(*rest);
    }
}

void Server::refuse(const Response& answer, const std::string& message) const {
    const std::string status = host_ + ": HTTP status " + std::to_string(answer.status);
    switch (answer.status) {
        case 401:
        case 403:
            throw Error(ErrorKind::failed, status + ": access denied" + (message.empty() ? "" : " (" + message + ")"));
        case 404:
        case 405:
            throw Error(ErrorKind::failed, status + ": this is not the expected kind of server");
        case 429:
            throw Error(
                ErrorKind::again,
                host_ + ": asks to retry later" +
                    (answer.retry_after ? " for " + std::to_string(answer.retry_after->count()) + " seconds" : ""));
        default:
            break;
    }
    if (answer.status >= 300 && answer.status < 400) {
        throw Error(ErrorKind::failed, status + ": redirects are not followed");
    }
    throw Error(ErrorKind::again, message.empty() ? status : host_ + ": " + message);
}

}  // namespace msh::http
