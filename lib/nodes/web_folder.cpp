#include "nodes/web_folder.hpp"

#include <utility>

#include "http/url.hpp"
#include "ipfs/block_store.hpp"
#include "nodes/http_status.hpp"

namespace msh::nodes {

WebFolder::WebFolder(const std::string& url, http::Client& client)
    : url_(http::without_slashes(url)), host_(http::host_of(url)), client_(client) {}

http::Request WebFolder::request(const ipfs::Cid& cid) const {
    return {.url = url_ + "/" + ipfs::block_path(cid), .max_body = ipfs::max_block_size};
}

std::optional<Bytes> WebFolder::fetch(const ipfs::Cid& cid) {
    http::Response answer = client_.ask(request(cid));
    if (!is_found(answer, host_)) return std::nullopt;
    return std::move(answer.body);
}

bool WebFolder::claims(const ipfs::Cid& cid) {
    http::Request question = request(cid);
    question.method = http::Request::Method::head;
    return is_found(client_.ask(question), host_);
}

}  // namespace msh::nodes
