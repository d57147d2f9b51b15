#include "ipfs/gateway.hpp"

#include <utility>

#include "base/error.hpp"

namespace msh::ipfs {
namespace {

constexpr int most_failures = 3;

}  // namespace

Gateway::Gateway(std::string url, http::Client& client) : url_(std::move(url)), client_(client) {
    if (!http::is_base_url(url_)) throw Error(ErrorKind::usage, "not the URL of a gateway", "as in https://HOST");
    while (url_.ends_with('/'))
        url_.pop_back();
    host_ = http::host_of(url_);
}

std::optional<Bytes> Gateway::fetch(const Cid& cid) {
    if (failures_ >= most_failures) throw Error(ErrorKind::again, host_ + ": has failed too often");
    try {
        auto block = ask(cid);
        failures_ = 0;
        return block;
    } catch (const Error&) {
        ++failures_;
        throw;
    }
}

std::optional<Bytes> Gateway::ask(const Cid& cid) {
    http::Answer answer = client_.ask({.url = url_ + "/ipfs/" + cid.text() + "?format=raw",
                                       .headers = {"Accept: application/vnd.ipld.raw"},
                                       .most = max_block_size});
    switch (answer.status) {
        case 200:
            return std::move(answer.body);
        case 404:
        case 410:
        case 412:
            return std::nullopt;
        default:
            throw Error(ErrorKind::again, host_ + ": answers with status " + std::to_string(answer.status));
    }
}

}  // namespace msh::ipfs
