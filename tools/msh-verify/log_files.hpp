// The files of a log that a web server serves (C2SP tlog-tiles: checkpoint, tile/...). Nothing it gives is believed:
// the reader of the log proves it.
//
//     log::Reader reader(log::TileFolder(files_at("https://hospital.example/log", client), ErrorKind::failed), trust);
//
// Reading throws Error: kind `again` when the server does not answer as it should, `failed`
// (ipfs::PermanentSourceError) when it will not do so later either. Redirects are not followed.
#pragma once

#include <string>

#include "http/client.hpp"
#include "log/tiles.hpp"

namespace msh {

// The client must outlive it. Error (usage) for a URL that is none.
[[nodiscard]] log::ReadFile files_at(const std::string& url, http::Client& client);

}  // namespace msh
