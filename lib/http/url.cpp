#include "http/url.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <memory>

#include "base/error.hpp"

namespace msh::http {
namespace {

struct FreeUrl {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
}

Url parse(const std::string& text) {
    Url url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return nullptr;
    return url;
}

// 127.0.0.0/8 as four numbers, so that no name looks like one.
bool is_loopback_ip4(const std::string& host) {
    in_addr address{};
    return ::inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

bool is_this_machine(const std::string& host) {
    // RFC 6761, section 6.3: so are all names below it, which libcurl never asks anybody for.
    return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || is_loopback_ip4(host);
}

}  // namespace

std::string host_of(const std::string& url_text) {
    const Url url = parse(url_text);
    if (!url) return "the server";
    const std::string port = part_of(url.get(), CURLUPART_PORT);
    return part_of(url.get(), CURLUPART_HOST) + (port.empty() ? "" : ":" + port);
}

bool is_http(const std::string& text) {
    const Url url = parse(text);
    const std::string scheme = url ? part_of(url.get(), CURLUPART_SCHEME) : "";
    return scheme == "http" || scheme == "https";
}

bool is_loopback(const std::string& text) {
    const Url url = parse(text);
    return url && is_this_machine(part_of(url.get(), CURLUPART_HOST));
}

bool is_url(const std::string& place) {
    return place.starts_with("http://") || place.starts_with("https://");
}

bool is_base_url(const std::string& text) {
    const Url url = parse(text);
    if (!url) return false;
    return is_http(text) && !part_of(url.get(), CURLUPART_HOST).empty() && part_of(url.get(), CURLUPART_USER).empty() &&
           part_of(url.get(), CURLUPART_PASSWORD).empty() && part_of(url.get(), CURLUPART_QUERY).empty() &&
           part_of(url.get(), CURLUPART_FRAGMENT).empty();
}

std::string without_slashes(std::string url) {
    while (url.ends_with('/'))
        url.pop_back();
    return url;
}

std::string escaped(const std::string& text) {
    char* const copy = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
    if (copy == nullptr) throw Error(ErrorKind::failed, "out of memory");
    std::string result(copy);
    curl_free(copy);
    return result;
}

bool is_exposed(const std::string& text) {
    const Url url = parse(text);
    return url && part_of(url.get(), CURLUPART_SCHEME) != "https" && !is_loopback(text);
}

}  // namespace msh::http
