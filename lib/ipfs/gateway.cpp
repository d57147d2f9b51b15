#include "ipfs/gateway.hpp"

#include <utility>

#include "base/error.hpp"

namespace msh::ipfs {

Gateway::Gateway(std::string url, http::Client& client, Looking looking)
    : url_(http::without_slashes(std::move(url))), client_(client), looking_(looking) {
    if (!http::is_base_url(url_)) throw Error(ErrorKind::usage, "not the URL of a gateway", "as in https://HOST");
    host_ = http::host_of(url_);
}

http::Request Gateway::request(const Cid& cid, Looking looking) const {
    http::Request request{.url = url_ + "/ipfs/" + cid.text() + "?format=raw",
                          .headers = {"Accept: application/vnd.ipld.raw"},
                          .most = max_block_size};
    if (looking == Looking::here) request.headers.emplace_back("Cache-Control: only-if-cached");
    return request;
}

std::optional<Bytes> Gateway::fetch(const Cid& cid) {
    http::Answer answer = client_.ask(request(cid, looking_));
    if (!has(answer)) return std::nullopt;
    return std::move(answer.body);
}

bool Gateway::claims(const Cid& cid) {
    http::Request question = request(cid, Looking::here);
    question.method = http::Request::Method::head;
    return has(client_.ask(question));
}

bool Gateway::has(const http::Answer& answer) const {
    const std::string status = host_ + ": answers with status " + std::to_string(answer.status);
    switch (answer.status) {
        case 200:
            return true;
        case 404:
        case 410:
        case 412:
            return false;
        case 429:
        case 503:
            if (answer.retry_after) throw Busy(status, *answer.retry_after);
            break;
        default:
            break;
    }
    throw Error(ErrorKind::again, status);
}

}  // namespace msh::ipfs
