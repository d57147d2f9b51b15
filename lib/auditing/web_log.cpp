#include "auditing/web_log.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "http/url.hpp"
#include "nodes/http_status.hpp"

namespace msh::auditing {
namespace {

constexpr std::size_t max_page = std::size_t{64} << 10;  // that says that there is no such file

}  // namespace

log::ReadFile files_at(const std::string& url, Ask ask) {
    if (!http::is_base_url(url)) throw Error(ErrorKind::usage, "not the URL of a log", "as in https://HOST/log");
    return [base = http::without_slashes(url), host = http::host_of(url), ask = std::move(ask)](
               const std::string& name, std::size_t most) -> std::optional<Bytes> {
        http::Response answer = ask({.url = base + "/" + name, .max_body = std::max(most + 1, max_page)});
        if (!nodes::is_found(answer, host)) return std::nullopt;
        return std::move(answer.body);
    };
}

}  // namespace msh::auditing
