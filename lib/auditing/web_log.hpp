// The files of a log that a web server serves (C2SP tlog-tiles: checkpoint, tile/...). Nothing it gives is believed:
// the reader of the log proves it.
//
//     const Ask ask = [&](const http::Request& request) { return client.ask(request); };
//     log::Reader reader(log::TileFolder(files_at("https://hospital.example/log", ask), ErrorKind::failed), trust);
//
// Reading throws Error: kind `again` when the server does not answer as it should, `failed`
// (ipfs::PermanentSourceError) when it will not do so later either. Redirects are not followed.
#pragma once

#include <functional>
#include <string>

#include "http/client.hpp"
#include "log/tiles.hpp"

namespace msh::auditing {

using Ask = std::function<http::Response(const http::Request&)>;

// Error (usage) for a URL that is none.
[[nodiscard]] log::ReadFile files_at(const std::string& url, Ask ask);

}  // namespace msh::auditing
