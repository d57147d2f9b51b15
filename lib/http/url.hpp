// URLs that users and other machines name, taken apart by libcurl.
#pragma once

#include <string>

namespace msh::http {

// "gateway.example:8080": what messages name.
[[nodiscard]] std::string host_of(const std::string& url);

// A URL that paths are put behind.
[[nodiscard]] std::string without_slashes(std::string url);

// A text as it stands in a query.
[[nodiscard]] std::string escaped(const std::string& text);

// Whether a place that a user names is meant as a URL, and not as a path.
[[nodiscard]] bool is_url(const std::string& place);

// "http" or "https".
[[nodiscard]] bool is_http(const std::string& text);

// The same, and a host; no user, query or fragment.
[[nodiscard]] bool is_base_url(const std::string& text);

// Whether what is sent there can be read, or changed, on the way: not encrypted, and to another machine.
[[nodiscard]] bool is_exposed(const std::string& url);

// Whether the URL's host is this machine, whatever answers for its name.
[[nodiscard]] bool is_loopback(const std::string& url);

}  // namespace msh::http
