// The files of a log that a web server serves (C2SP tlog-tiles: checkpoint, tile/...). The server is not trusted:
// log::Reader verifies what it returns.
//
//     const Ask ask = [&](const http::Request& request) { return client.ask(request); };
//     log::Reader reader(log::TileFolder(files_at("https://hospital.example/log", ask), ErrorKind::failed), trust);
//
// Reading throws Error: kind `again` if the server does not answer as it should, `failed` (ipfs::PermanentSourceError)
// if retrying will not help. Redirects are not followed.
#pragma once

#include <functional>
#include <string>

#include "http/client.hpp"
#include "log/tiles.hpp"

namespace msh::auditing {

using Ask = std::function<http::Response(const http::Request&)>;

// Throws Error (usage) if `url` is not an http(s) URL.
[[nodiscard]] log::ReadFile files_at(const std::string& url, Ask ask);

}  // namespace msh::auditing
