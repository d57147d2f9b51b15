#include "http/client.hpp"

#include <curl/curl.h>
#include <mutex>
#include <new>
#include <utility>

#include "base/error.hpp"

namespace msh::http {
namespace {

struct CloseHandle {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct FreeUrl {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using Handle = std::unique_ptr<CURL, CloseHandle>;
using List = std::unique_ptr<curl_slist, FreeList>;
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

// What the callbacks of one question share.
struct Exchange {
    Bytes body;
    std::size_t most_body;
    std::size_t headers = 0;
    std::size_t most_headers;
    const char* too_long = nullptr;  // what passed its limit
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
    Exchange& exchange = *static_cast<Exchange*>(user);
    const std::size_t bytes = size * count;
    if (bytes > exchange.most_body - exchange.body.size()) {
        exchange.too_long = "its answer";
        return 0;
    }
    try {
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
    if (exchange.headers <= exchange.most_headers) return size * count;
    exchange.too_long = "the header of its answer";
    return 0;
}

[[noreturn]] void fail(CURLcode code, const Request& request, const Exchange& exchange) {
    const std::string host = host_of(request.url);
    if (exchange.too_long != nullptr) {
        throw Error(ErrorKind::again, host + ": " + exchange.too_long + " is longer than it may be");
    }
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            throw Error(ErrorKind::failed, host + ": not a URL of http or https");
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            throw Error(ErrorKind::failed, host + ": its certificate is not trusted");
#if LIBCURL_VERSION_NUM >= 0x080600
        case CURLE_TOO_LARGE:
#endif
        case CURLE_OUT_OF_MEMORY:  // what libcurl said before that of a header line that is too long for it
            throw Error(ErrorKind::again, host + ": the header of its answer is longer than it may be");
        case CURLE_OPERATION_TIMEDOUT:
            throw Error(ErrorKind::again, host + ": does not answer in time");
        default:
            throw Error(ErrorKind::again, host + ": " + curl_easy_strerror(code));
    }
}

void require(CURLcode code) {
    if (code != CURLE_OK)
        throw Error(ErrorKind::failed, std::string("cannot set up libcurl: ") + curl_easy_strerror(code));
}

}  // namespace

std::string host_of(const std::string& url_text) {
    const Url url = parse(url_text);
    if (!url) return "the server";
    const std::string port = part_of(url.get(), CURLUPART_PORT);
    return part_of(url.get(), CURLUPART_HOST) + (port.empty() ? "" : ":" + port);
}

struct Client::State {
    explicit State(const Limits& limits_) : limits(limits_) {}

    Handle take() {
        {
            const std::scoped_lock lock(mutex);
            if (!idle.empty()) {
                Handle handle = std::move(idle.back());
                idle.pop_back();
                return handle;
            }
        }
        return open();
    }

    void give_back(Handle handle) {
        const std::scoped_lock lock(mutex);
        idle.push_back(std::move(handle));
    }

    [[nodiscard]] Handle open() const {
        Handle handle(curl_easy_init());
        if (!handle) throw Error(ErrorKind::failed, "out of memory");
        CURL* const curl = handle.get();
        require(curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L));
        require(curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https"));
        require(curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L));
        require(curl_easy_setopt(curl, CURLOPT_USERAGENT, "msh/" MSH_VERSION));
        require(curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits.connect.count())));
        require(curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1024L));
        require(curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stall.count())));
        require(curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(limits.whole.count())));
        require(curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body));
        require(curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header));
        return handle;
    }

    Limits limits;
    std::mutex mutex;
    std::vector<Handle> idle;
};

Client::Client(const Limits& limits) : state_(std::make_unique<State>(limits)) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once a process
    require(ready);
}

Client::~Client() = default;

Answer Client::get(const Request& request) {
    Handle handle = state_->take();
    CURL* const curl = handle.get();
    Exchange exchange{{}, request.most, 0, state_->limits.headers, nullptr};
    List headers;
    for (const std::string& header : request.headers) {
        curl_slist* const longer = curl_slist_append(headers.get(), header.c_str());
        if (longer == nullptr) throw Error(ErrorKind::failed, "out of memory");
        (void)headers.release();
        headers.reset(longer);
    }
    require(curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str()));
    require(curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get()));
    require(curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange));
    require(curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange));
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) fail(code, request, exchange);  // and the connection is not used again
    Answer answer{0, std::move(exchange.body)};
    require(curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status));
    require(curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr));
    state_->give_back(std::move(handle));
    return answer;
}

bool is_base_url(const std::string& text) {
    const Url url = parse(text);
    if (!url) return false;
    const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
    return (scheme == "http" || scheme == "https") && !part_of(url.get(), CURLUPART_HOST).empty() &&
           part_of(url.get(), CURLUPART_USER).empty() && part_of(url.get(), CURLUPART_QUERY).empty() &&
           part_of(url.get(), CURLUPART_FRAGMENT).empty();
}

}  // namespace msh::http
