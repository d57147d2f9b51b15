// One request on its way, as libcurl's callbacks see it: limits of size and time; for this room's sources only.
#pragma once

#include <chrono>
#include <cstddef>
#include <curl/curl.h>
#include <exception>
#include <functional>

#include "base/bytes.hpp"
#include "http/client.hpp"

namespace msh::http {

inline constexpr long least_rate = 1024;  // bytes a second; a slower host counts as silent

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
    std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point unsent = since;  // when something was still to be sent
};

// Sets the callbacks, which libcurl calls with an Exchange as their user data.
void set_callbacks(CURL* curl);

// The response, as far as it came.
[[nodiscard]] Response response_of(CURL* curl, Exchange& exchange);

// Throws what ended the exchange: what a callback threw, or an Error of kind `again` or `failed` (http/client.hpp).
[[noreturn]] void fail(CURLcode code, const Exchange& exchange);

}  // namespace msh::http
