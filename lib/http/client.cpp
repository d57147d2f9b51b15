#include "http/client.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstdlib>
#include <curl/curl.h>
#include <curl/header.h>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <unistd.h>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace msh::http {
namespace {

constexpr long least_rate = 1024;  // bytes a second; below that a host is silent
constexpr long buffer_size = 512L << 10;
constexpr long wait_for_interim = 500;  // milliseconds, less than any limit: many servers send none

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

struct FreeMime {
    void operator()(curl_mime* mime) const noexcept { curl_mime_free(mime); }
};
using Mime = std::unique_ptr<curl_mime, FreeMime>;

using Clock = std::chrono::steady_clock;

// 127.0.0.0/8 as four numbers, so that no name looks like one.
bool is_loopback_ip4(const std::string& host) {
    in_addr address{};
    return ::inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

bool is_this_machine(const std::string& host) {
    // RFC 6761, section 6.3: so are all names below it, which libcurl never asks anybody for.
    return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || is_loopback_ip4(host);
}

std::string host_part(const std::string& text) {
    const Url url = parse(text);
    return url ? part_of(url.get(), CURLUPART_HOST) : "";
}

bool is_http(const std::string& text) {
    const Url url = parse(text);
    const std::string scheme = url ? part_of(url.get(), CURLUPART_SCHEME) : "";
    return scheme == "http" || scheme == "https";
}

// What the callbacks of one question share.
struct Exchange {
    Exchange(CURL* curl_, const Request& request_, const Limits& limits_, const std::function<bool()>& is_over_)
        : curl(curl_), request(request_), limits(limits_), is_over(is_over_) {}

    CURL* curl;
    const Request& request;
    const Limits& limits;
    const std::function<bool()>& is_over;
    Bytes body{};
    std::size_t headers = 0;
    const char* too_long = nullptr;    // what passed its limit
    bool is_stalled = false;           // longer than the request's stall_limit
    std::exception_ptr broken_part{};  // what reading a part threw
    std::size_t open_parts = 0;        // that were not read to the end
    curl_off_t moved = 0;              // bytes either way, when the silence began
    Clock::time_point since = Clock::now();
    Clock::time_point unsent = since;  // when something was still to be sent
};

// What a part's callback needs.
struct OpenPart {
    Exchange* exchange;
    const Part* part;
};

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

std::size_t give_part(char* data, std::size_t size, std::size_t count, void* user) {
    const OpenPart& open = *static_cast<const OpenPart*>(user);
    try {
        const std::size_t given = open.part->read(MutableBytes(reinterpret_cast<std::uint8_t*>(data), size * count));
        if (given == 0) --open.exchange->open_parts;
        open.exchange->since = Clock::now();  // the silence was on this side
        return given;
    } catch (...) {
        open.exchange->broken_part = std::current_exception();
        return CURL_READFUNC_ABORT;
    }
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

[[noreturn]] void fail(CURLcode code, const Exchange& exchange) {
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
    State(const Limits& limits_, std::function<bool()> is_over_, std::string ca_file_)
        : limits(limits_), is_over(std::move(is_over_)), ca_file(std::move(ca_file_)) {}

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
        require(curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, least_rate));
        require(curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, buffer_size));
        require(curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, buffer_size));
        require(curl_easy_setopt(curl, CURLOPT_EXPECT_100_TIMEOUT_MS, wait_for_interim));
        require(curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L));
        require(curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_on));
        require(curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body));
        require(curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header));
        if (!ca_file.empty()) {
            require(curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str()));
            require(curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr));
        }
        return handle;
    }

    Limits limits;
    std::function<bool()> is_over;
    std::string ca_file;  // empty: as libcurl finds them
    std::mutex mutex;
    std::vector<Handle> idle;
};

namespace {

void add_header(List& headers, const std::string& header) {
    curl_slist* const longer = curl_slist_append(headers.get(), header.c_str());
    if (longer == nullptr) throw Error(ErrorKind::failed, "out of memory");
    (void)headers.release();
    headers.reset(longer);
}

// libcurl looks for it only when a host is asked, and takes it for the host's fault.
std::string readable_ca_file(const std::optional<std::string>& given) {
    const char* const named = std::getenv("SSL_CERT_FILE");
    const std::string file = given ? *given : named != nullptr ? named : "";
    if (given == "") throw Error(ErrorKind::usage, "--ca-file needs the name of a file");
    if (!file.empty() && ::access(file.c_str(), R_OK) != 0) throw system_error("cannot read '" + file + "'", errno);
    return file;
}

// Wipes the copy that libcurl keeps of it.
class SecretHeader {
  public:
    SecretHeader(List& headers, const SecretBytes* header) {
        if (header == nullptr) return;
        SecretBytes text = *header;
        text.push_back(0);
        curl_slist* const longer = curl_slist_append(headers.get(), reinterpret_cast<const char*>(text.data()));
        if (longer == nullptr) throw Error(ErrorKind::failed, "out of memory");
        (void)headers.release();
        headers.reset(longer);
        for (copy_ = longer; copy_->next != nullptr;)
            copy_ = copy_->next;
        size_ = header->size();
    }
    SecretHeader(const SecretHeader&) = delete;
    SecretHeader& operator=(const SecretHeader&) = delete;
    ~SecretHeader() {
        if (copy_ != nullptr) wipe(copy_->data, size_);
    }

  private:
    curl_slist* copy_ = nullptr;
    std::size_t size_ = 0;
};

// The parts of a body, which libcurl reads while it sends.
class Body {
  public:
    Body(CURL* curl, const Request& request, Exchange& exchange) {
        for (const Part& part : request.parts)
            open_.push_back({&exchange, &part});
        exchange.open_parts = open_.size();
        if (open_.empty()) return;
        mime_.reset(curl_mime_init(curl));
        for (OpenPart& open : open_) {
            curl_mimepart* const part = mime_ ? curl_mime_addpart(mime_.get()) : nullptr;
            if (part == nullptr) throw Error(ErrorKind::failed, "out of memory");
            require(curl_mime_name(part, "file"));
            require(curl_mime_filename(part, open.part->file_name.c_str()));
            require(curl_mime_type(part, open.part->type.c_str()));
            require(curl_mime_data_cb(part, -1, give_part, nullptr, nullptr, &open));
        }
        require(curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime_.get()));
    }

  private:
    std::vector<OpenPart> open_;
    Mime mime_;
};

void set_question(CURL* curl, const Request& request, Exchange& exchange, const List& headers) {
    require(curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str()));
    require(curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get()));
    require(curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange));
    require(curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange));
    require(curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange));
    require(curl_easy_setopt(curl, CURLOPT_NOPROXY, is_this_machine(host_part(request.url)) ? "*" : nullptr));
    if (request.method == Request::Method::get) {
        require(curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L));
    } else if (request.method == Request::Method::head) {
        require(curl_easy_setopt(curl, CURLOPT_NOBODY, 1L));
    } else if (request.parts.empty()) {
        require(curl_easy_setopt(curl, CURLOPT_POST, 1L));
        require(curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size())));
        require(curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str()));
    }
    const bool is_patient = static_cast<bool>(request.stall_limit);
    const Limits& limits = exchange.limits;
    require(curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, is_patient ? 0L : static_cast<long>(limits.stall.count())));
    require(curl_easy_setopt(curl, CURLOPT_TIMEOUT, is_patient ? 0L : static_cast<long>(limits.whole.count())));
}

std::string header_of(CURL* curl, const char* name, unsigned where) {
    curl_header* header = nullptr;
    return curl_easy_header(curl, name, 0, where, -1, &header) == CURLHE_OK ? header->value : "";
}

Response answer_of(CURL* curl, Exchange& exchange) {
    Response answer;
    answer.body = std::move(exchange.body);
    require(curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status));
    if (answer.status < 200) answer.status = 0;  // "100 Continue" is none
    curl_off_t seconds = 0;
    require(curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds));
    if (seconds > 0) answer.retry_after = std::chrono::seconds(seconds);
    answer.server = header_of(curl, "Server", CURLH_HEADER);
    char* location = nullptr;
    require(curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location));
    if (location != nullptr) answer.location = location;
    answer.stream_error = header_of(curl, "X-Stream-Error", CURLH_HEADER | CURLH_TRAILER);
    return answer;
}

}  // namespace

Limits limits_from_option(const std::optional<std::string>& timeout) {
    Limits limits;
    if (!timeout) return limits;
    const auto seconds = parse_number(*timeout);
    if (!seconds || *seconds == 0 || *seconds > 86400) {
        throw Error(ErrorKind::usage, "--timeout needs a number of seconds");
    }
    limits.connect = limits.stall = std::chrono::seconds(*seconds);
    limits.whole = std::max(limits.whole, limits.stall);
    return limits;
}

Client::Client(const Limits& limits, std::function<bool()> is_over, const std::optional<std::string>& ca_file)
    : state_(std::make_unique<State>(limits, std::move(is_over), readable_ca_file(ca_file))) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once a process
    require(ready);
}

Client::~Client() = default;

const Limits& Client::limits() const noexcept {
    return state_->limits;
}

void Client::rest(std::chrono::milliseconds time) const {
    constexpr std::chrono::milliseconds step{100};
    for (const auto end = Clock::now() + time; Clock::now() < end; std::this_thread::sleep_for(std::min(step, time))) {
        if (state_->is_over && state_->is_over()) return;
    }
}

Response Client::ask(const Request& request) {
    Response partial;
    return ask(request, partial);
}

Response Client::ask(const Request& request, Response& partial) {
    Handle handle = state_->take();
    CURL* const curl = handle.get();
    Exchange exchange(curl, request, state_->limits, state_->is_over);
    List headers;
    for (const std::string& header : request.headers)
        add_header(headers, header);
    const SecretHeader secret(headers, request.secret_header);
    set_question(curl, request, exchange, headers);
    const Body body(curl, request, exchange);
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        partial = answer_of(curl, exchange);
        handle.reset();  // before what it points to; and the connection is not used again
        fail(code, exchange);
    }
    Response answer = answer_of(curl, exchange);
    require(curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr));
    if (request.parts.empty()) state_->give_back(std::move(handle));
    handle.reset();
    return answer;
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
    if (!url || part_of(url.get(), CURLUPART_SCHEME) == "https") return false;
    return !is_this_machine(part_of(url.get(), CURLUPART_HOST));
}

}  // namespace msh::http
