#include "http/client.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "http/curl_handles.hpp"
#include "http/exchange.hpp"
#include "http/multipart.hpp"
#include "http/url.hpp"

namespace msh::http {
namespace {

constexpr long buffer_size = 512L << 10;
constexpr long wait_for_interim = 500;  // milliseconds, less than any limit: many servers send none

// libcurl looks for it only when a host is asked, and takes it for the host's fault.
std::string readable_ca_file(const std::optional<std::string>& given) {
    const char* const named = std::getenv("SSL_CERT_FILE");
    std::string file = given ? *given : named != nullptr ? named : "";
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
        append_text(headers, reinterpret_cast<const char*>(text.data()));
        for (copy_ = headers.get(); copy_->next != nullptr;)
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

void set_question(CURL* curl, const Request& request, Exchange& exchange, const List& headers) {
    require(curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str()));
    require(curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get()));
    require(curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange));
    require(curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange));
    require(curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange));
    require(curl_easy_setopt(curl, CURLOPT_NOPROXY, is_loopback(request.url) ? "*" : nullptr));
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

}  // namespace

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
        set_callbacks(curl);
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
    for (const auto end = std::chrono::steady_clock::now() + time; std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(std::min(step, time))) {
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
        append_text(headers, header.c_str());
    const SecretHeader secret(headers, request.secret_header);
    set_question(curl, request, exchange, headers);
    const Multipart body(curl, request, exchange);
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        partial = response_of(curl, exchange);
        handle.reset();  // before what it points to; and the connection is not used again
        fail(code, exchange);
    }
    Response answer = response_of(curl, exchange);
    require(curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr));
    if (request.parts.empty()) state_->give_back(std::move(handle));
    handle.reset();
    return answer;
}

}  // namespace msh::http
