#include "http/exchange.hpp"

#include <algorithm>
#include <cstdint>
#include <curl/header.h>
#include <new>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "http/curl_handles.hpp"
#include "http/url.hpp"

namespace msh::http {
namespace {

using Clock = std::chrono::steady_clock;

// What the answer says of its size, as far as it may have it.
std::size_t announced_size(const Exchange& exchange) {
    curl_off_t size = 0;
    const CURLcode code = curl_easy_getinfo(exchange.curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
    if (code != CURLE_OK || size <= 0) return 0;
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(static_cast<std::uint64_t>(size), exchange.request.max_body));
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
    Exchange& exchange = *static_cast<Exchange*>(user);
    const std::size_t bytes = size * count;
    if (bytes > exchange.request.max_body - exchange.body.size()) {
        exchange.too_long = "its answer";
        return 0;
    }
    try {
        if (exchange.body.empty()) exchange.body.reserve(announced_size(exchange));
        append(exchange.body, as_bytes({data, bytes}));
    } catch (const std::bad_alloc&) {  // which must not pass through libcurl
        exchange.too_long = "its answer";
        return 0;
    }
    return bytes;
}

std::size_t take_header(char* /*data*/, std::size_t size, std::size_t count, void* user) {
    Exchange& exchange = *static_cast<Exchange*>(user);
    exchange.headers += size * count;
    if (exchange.headers <= exchange.limits.headers) return size * count;
    exchange.too_long = "the header of its answer";
    return 0;
}

// Called about once a second, and whenever something moved. Not 0 ends the question.
int look_on(void* user, curl_off_t /*to_come*/, curl_off_t down, curl_off_t /*to_go*/, curl_off_t up) {
    Exchange& exchange = *static_cast<Exchange*>(user);
    try {
        if (exchange.is_over && exchange.is_over()) return 1;
        if (!exchange.request.stall_limit) return 0;
        const std::chrono::seconds stall_limit = exchange.request.stall_limit();
        const curl_off_t enough = exchange.open_parts > 0 ? least_rate * stall_limit.count() : 1;
        const auto now = Clock::now();
        if (down + up - exchange.moved >= enough) {
            exchange.moved = down + up;
            exchange.since = now;
        }
        if (exchange.open_parts > 0) exchange.unsent = now;
        exchange.is_stalled =
            now - exchange.since > stall_limit || now - exchange.unsent > stall_limit + exchange.limits.whole;
        return exchange.is_stalled ? 1 : 0;
    } catch (...) {
        exchange.broken_part = std::current_exception();
        return 1;
    }
}

std::string header_of(CURL* curl, const char* name, unsigned where) {
    curl_header* header = nullptr;
    return curl_easy_header(curl, name, 0, where, -1, &header) == CURLHE_OK ? header->value : "";
}

}  // namespace

void set_callbacks(CURL* curl) {
    require(curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L));
    require(curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_on));
    require(curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body));
    require(curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header));
}

Response response_of(CURL* curl, Exchange& exchange) {
    Response response;
    response.body = std::move(exchange.body);
    require(curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.status));
    if (response.status < 200) response.status = 0;  // "100 Continue" is none
    curl_off_t seconds = 0;
    require(curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds));
    if (seconds > 0) response.retry_after = std::chrono::seconds(seconds);
    response.server = header_of(curl, "Server", CURLH_HEADER);
    char* location = nullptr;
    require(curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location));
    if (location != nullptr) response.location = location;
    response.stream_error = header_of(curl, "X-Stream-Error", CURLH_HEADER | CURLH_TRAILER);
    return response;
}

void fail(CURLcode code, const Exchange& exchange) {
    if (exchange.broken_part) std::rethrow_exception(exchange.broken_part);
    const std::string host = host_of(exchange.request.url);
    if (exchange.is_stalled) throw Error(ErrorKind::again, host + ": timed out");
    if (exchange.too_long != nullptr) {
        throw Error(ErrorKind::again, host + ": " + exchange.too_long + " is too long");
    }
    switch (code) {
        case CURLE_UNSUPPORTED_PROTOCOL:  // what libcurl says also of an answer without a status line, as of HTTP/0.9
            if (is_http(exchange.request.url)) throw Error(ErrorKind::again, host + ": the response is not HTTP");
            [[fallthrough]];
        case CURLE_URL_MALFORMAT:
            throw Error(ErrorKind::failed, host + ": not a URL of http or https");
        case CURLE_PEER_FAILED_VERIFICATION:
            throw Error(ErrorKind::failed, host + ": its certificate is not trusted",
                        "for a private CA, name its certificate with --ca-file or SSL_CERT_FILE");
        case CURLE_SSL_CACERT_BADFILE:
            throw Error(ErrorKind::failed, "the file of --ca-file or SSL_CERT_FILE contains no certificates");
#if LIBCURL_VERSION_NUM >= 0x080600
        case CURLE_TOO_LARGE:
#endif
        case CURLE_OUT_OF_MEMORY:  // what libcurl said before that of a header line that is too long for it
            throw Error(ErrorKind::again, host + ": the header of its answer is too long");
        case CURLE_OPERATION_TIMEDOUT:
            throw Error(ErrorKind::again, host + ": timed out");
        default:
            throw Error(ErrorKind::again, host + ": " + curl_easy_strerror(code));
    }
}

}  // namespace msh::http
