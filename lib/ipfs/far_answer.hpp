// What the status of an answer says of a block, or another file, that a web server was asked for.
#pragma once

#include <string>

#include "http/client.hpp"

namespace msh::ipfs {

// True for 200, false for 404, 410 and 412. Throws Busy; Unusable for a redirect, or where another authorisation or another
// method is wanted; else Error, kind `again`. `host` is for messages.
[[nodiscard]] bool is_found(const http::Answer& answer, const std::string& host);

}  // namespace msh::ipfs
