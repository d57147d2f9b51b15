#include "nodes/multiaddr.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <vector>

#include "base/encoding.hpp"

namespace msh::nodes {
namespace {

std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts;
    while (text.starts_with('/')) {
        text.remove_prefix(1);
        const std::size_t end = std::min(text.find('/'), text.size());
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return parts;
}

bool is_name(const std::string& text) {
    const auto is_of_names = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), is_of_names);
}

// The host of a URL.
std::optional<std::string> host_of(const std::string& protocol, const std::string& value) {
    in_addr ip4{};
    in6_addr ip6{};
    if (protocol == "ip4" && ::inet_pton(AF_INET, value.c_str(), &ip4) == 1) return value;
    if (protocol == "ip6" && ::inet_pton(AF_INET6, value.c_str(), &ip6) == 1) return "[" + value + "]";
    const bool is_dns = protocol == "dns" || protocol == "dns4" || protocol == "dns6";
    if (is_dns && is_name(value)) return value;
    return std::nullopt;
}

bool is_port(const std::string& text) {
    const auto port = parse_number(text);
    return port && *port > 0 && *port <= 65535;
}

}  // namespace

std::optional<std::string> gateway_url(std::string_view multiaddr) {
    std::vector<std::string> parts = parts_of(multiaddr);
    if (parts.size() >= 2 && parts[parts.size() - 2] == "p2p") parts.resize(parts.size() - 2);  // who it is
    if (parts.size() < 5 || parts[2] != "tcp" || !is_port(parts[3])) return std::nullopt;
    const auto host = host_of(parts[0], parts[1]);
    if (!host) return std::nullopt;
    const std::vector<std::string> scheme(parts.begin() + 4, parts.end());
    const bool is_plain = scheme == std::vector<std::string>{"http"};
    const bool is_tls =
        scheme == std::vector<std::string>{"https"} || scheme == std::vector<std::string>{"tls", "http"};
    if (!is_plain && !is_tls) return std::nullopt;
    return (is_plain ? "http://" : "https://") + *host + ":" + parts[3];
}

}  // namespace msh::nodes
