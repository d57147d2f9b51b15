#include "nodes/gateway.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "http/url.hpp"
#include "nodes/http_status.hpp"

namespace msh::nodes {
namespace {

constexpr int max_redirects = 2;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

std::string without_query(const std::string& url) {
    return url.substr(0, url.find('?'));
}

http::Request request(ipfs::LookupScope scope) {
    http::Request request;
    request.headers = {"Accept: application/vnd.ipld.raw"};
    request.max_body = ipfs::max_block_size;
    if (scope == ipfs::LookupScope::here) request.headers.emplace_back("Cache-Control: only-if-cached");
    return request;
}

}  // namespace

Gateway::Gateway(const std::string& url, http::Client& client, ipfs::LookupScope scope)
    : host_(http::host_of(url)), client_(client), scope_(scope) {
    if (!http::is_base_url(url)) throw Error(ErrorKind::usage, "not the URL of a gateway", "as in https://HOST");
    const std::string whole = http::without_slashes(url);
    const std::size_t authority = whole.find("://") + 3;
    const std::size_t path = std::min(whole.find('/', authority), whole.size());
    scheme_ = lower(whole.substr(0, authority));
    authority_ = lower(whole.substr(authority, path - authority));
    path_ = whole.substr(path);
}

std::optional<Bytes> Gateway::fetch(const ipfs::Cid& cid) {
    http::Response answer = ask(request(scope_), cid.text());
    if (!is_found(answer, host_)) return std::nullopt;
    return std::move(answer.body);
}

bool Gateway::claims(const ipfs::Cid& cid) {
    http::Request question = request(ipfs::LookupScope::here);
    question.method = http::Request::Method::head;
    return is_found(ask(std::move(question), cid.text()), host_);
}

bool Gateway::is_gateway() {
    const http::Response answer = ask(request(ipfs::LookupScope::around), "bafkqaaa");
    return answer.status == 200 && answer.body.empty();
}

// Without the query. By https it is asked at that scheme's own port, where the URL names none.
std::string Gateway::address(Form form, const std::string& cid) const {
    const bool by_https = form == Form::path_by_https || form == Form::subdomain_by_https;
    const std::string scheme = by_https ? "https://" : scheme_;
    if (form == Form::path || form == Form::path_by_https) return scheme + authority_ + path_ + "/ipfs/" + cid;
    return scheme + cid + ".ipfs." + authority_ + "/";
}

// Only the place is taken from the answer, and only where it is one of those that are known: the query is made here.
std::optional<Gateway::Form> Gateway::redirected(const http::Response& answer, const std::string& cid) const {
    if (answer.location.empty() || answer.status < 300 || answer.status >= 400) return std::nullopt;
    const std::string place = without_query(answer.location);
    for (const Form form : forms) {
        const bool is_subdomain = form == Form::subdomain || form == Form::subdomain_by_https;
        if (is_subdomain && !path_.empty()) continue;
        if (place == address(form, cid)) return form;
    }
    return std::nullopt;
}

http::Response Gateway::ask(http::Request request, const std::string& cid) {
    Form form = form_;
    for (int redirects = 0;; ++redirects) {
        request.url = address(form, cid) + "?format=raw";
        http::Response answer = client_.ask(request);
        const auto next = redirected(answer, cid);
        if (!next || *next == form || redirects == max_redirects) {
            if (answer.status == 200) form_ = form;
            return answer;
        }
        form = *next;
    }
}

}  // namespace msh::nodes
