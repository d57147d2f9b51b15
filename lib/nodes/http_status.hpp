// What the HTTP status says about a block, or another file, that was requested from a web server.
#pragma once

#include <string>

#include "http/client.hpp"

namespace msh::nodes {

// True for 200, false for 404, 410 and 412. Throws RetryAfter for 429 and 503 with Retry-After, PermanentSourceError
// for redirects, 401, 403 and 405, and Error (again) for anything else. `host` is for messages.
[[nodiscard]] bool is_found(const http::Response& answer, const std::string& host);

}  // namespace msh::nodes
