#include "nodes/kubo.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "http/url.hpp"
#include "nodes/answer_text.hpp"
#include "nodes/kubo_answers.hpp"

namespace msh::nodes {
namespace {

constexpr std::size_t pins_in_a_question = 56;  // 64 bytes each, so that the line stays below 4 KiB
constexpr std::size_t worth_a_list = 64;        // CIDs
constexpr std::size_t max_list = std::size_t{4} << 20;
constexpr std::size_t split = 16;
constexpr unsigned questions_at_once = 4;

// Into parts of so many.
void cut_into(std::span<const std::size_t> whole, std::size_t most, std::vector<std::vector<std::size_t>>& parts) {
    while (!whole.empty()) {
        const auto part = whole.first(std::min(most, whole.size()));
        parts.emplace_back(part.begin(), part.end());
        whole = whole.subspan(part.size());
    }
}

std::string without_end(const std::string& with, std::string_view end) {
    std::string url = http::without_slashes(with);
    if (url.ends_with(end)) url.resize(url.size() - end.size());
    return url;
}

bool says(const http::Response& answer, std::string_view what) {
    return answer.status == 500 && read_error_message(as_text(answer.body)).find(what) != std::string::npos;
}

bool is_not_found(const http::Response& answer) {
    return says(answer, "not find") || says(answer, "not found") || says(answer, "deadline exceeded");
}

std::vector<std::size_t> not_pinned(const std::vector<std::size_t>& which, const std::vector<char>& pinned) {
    std::vector<std::size_t> open;
    std::copy_if(which.begin(), which.end(), std::back_inserter(open), [&](std::size_t i) { return pinned[i] == 0; });
    return open;
}

}  // namespace

std::chrono::milliseconds time_for(std::uint64_t bytes) noexcept {
    constexpr std::uint64_t bytes_a_millisecond = 10'000;
    return std::chrono::milliseconds(bytes / bytes_a_millisecond);
}

Kubo::Kubo(const http::ServerAddress& address, http::Client& client, ipfs::LookupScope scope)
    : server_({without_end(address.url, "/api/v0"), address.header, address.may_be_exposed}, client), scope_(scope) {}

http::Response Kubo::ask(const http::Request& question) {
    return noted(server_.ask(question));
}

// Any answer may tell that a cluster gives it.
http::Response Kubo::noted(http::Response answer) {
    if (answer.server.starts_with("ipfs-cluster/")) is_cluster_ = true;
    return answer;
}

bool Kubo::is_reachable() {
    const http::Response answer = ask(request("version"));
    return answer.status == 200 && is_version(as_text(answer.body));
}

bool Kubo::is_definitely_not_rpc() {
    try {
        const http::Response answer = ask(request("version"));
        return answer.status == 404 || (answer.status == 200 && !is_version(as_text(answer.body)));
    } catch (const Error&) {
        return false;
    }
}

http::Request Kubo::request(const std::string& command) const {
    return server_.request(http::Request::Method::post, "/api/v0/" + command);
}

void Kubo::refuse(const http::Response& answer) const {
    server_.refuse(answer, read_error_message(as_text(answer.body)));
}

// A 200 alone says nothing: whatever stands in a node's place may have a page for every path.
void Kubo::refuse_unread() const {
    throw Error(ErrorKind::again, host() + ": unexpected response");
}

std::optional<Bytes> Kubo::fetch(const ipfs::Cid& cid) {
    const auto limit = std::max(client().limits().stall - std::chrono::seconds(1), std::chrono::seconds(1));
    const std::string where =
        scope_ == ipfs::LookupScope::here ? "offline=true" : "timeout=" + std::to_string(limit.count()) + "s";
    http::Request question = request("block/get?" + where + "&arg=" + cid.text());
    question.max_body = ipfs::max_block_size;
    http::Response answer = noted(client().ask(question));  // who fetches rests by itself
    if (answer.status == 200) return std::move(answer.body);
    if (is_not_found(answer)) return std::nullopt;
    if ((answer.status == 429 || answer.status == 503) && answer.retry_after) {
        throw ipfs::RetryAfter(host() + ": HTTP status " + std::to_string(answer.status), *answer.retry_after);
    }
    refuse(answer);
}

bool Kubo::has_block(const ipfs::Cid& cid) {
    const http::Response answer = ask(request("block/stat?offline=true&arg=" + cid.text()));
    if (is_not_found(answer)) return false;
    if (answer.status != 200) refuse(answer);
    if (!is_block_stat(as_text(answer.body), cid)) refuse_unread();
    return true;
}

std::vector<bool> Kubo::are_pinned(std::span<const ipfs::Cid> roots) {
    std::vector<char> pinned(roots.size());
    std::vector<std::size_t> which(roots.size());
    std::iota(which.begin(), which.end(), 0);
    if (!roots.empty()) find_pins(roots, which, pinned);
    return {pinned.begin(), pinned.end()};
}

// A node answers for all, or that one is not pinned, without the others. Then all its pins are cheaper than a question
// for each, as long as they are not too many; else smaller and smaller parts are asked for. The first part goes alone:
// it tells who answers.
void Kubo::find_pins(std::span<const ipfs::Cid> roots, const Which& all, std::vector<char>& pinned) {
    if (is_cluster_ && all.size() >= worth_a_list && find_in_list(roots, all, pinned)) return;
    std::vector<Which> waiting;
    cut_into(all, is_cluster_ ? 1 : pins_in_a_question, waiting);
    std::vector<Which> parts{std::move(waiting.front())};
    waiting.erase(waiting.begin());
    while (!parts.empty()) {
        std::vector<Which> open(parts.size());
        parallel_for(parts.size(), questions_at_once, [&](std::size_t i) {
            if (ask_pins(roots, parts[i], pinned) || parts[i].size() == 1) return;
            open[i] = not_pinned(parts[i], pinned);
        });
        const bool is_one_open = std::any_of(open.begin(), open.end(), [](const Which& one) { return !one.empty(); });
        const Which rest = not_pinned(all, pinned);
        if (is_one_open && rest.size() >= worth_a_list && find_in_list(roots, rest, pinned)) return;
        parts = std::exchange(waiting, {});
        for (const Which& one : open)
            cut_into(one, is_cluster_ ? 1 : (one.size() + split - 1) / split, parts);
    }
}

// False when the list cannot be had, or is too long.
bool Kubo::find_in_list(std::span<const ipfs::Cid> roots, const Which& which, std::vector<char>& pinned) {
    if (has_long_list_) return false;
    http::Request question = request("pin/ls?type=recursive&stream=true");
    question.max_body = max_list;
    std::optional<std::set<ipfs::Cid>> pins;
    try {
        const http::Response answer = ask(question);
        if (answer.status == 200 && answer.stream_error.empty()) pins = read_listed_pins(as_text(answer.body));
    } catch (const Error&) {
        // whoever cannot be asked at all is found out by the next question
    }
    has_long_list_ = !pins;
    if (!pins) return false;
    for (const std::size_t i : which)
        pinned[i] = pins->contains(roots[i]) ? 1 : 0;
    return true;
}

// False when not all of them are said to be pinned.
bool Kubo::ask_pins(std::span<const ipfs::Cid> roots, const Which& which, std::vector<char>& pinned) {
    std::string command = "pin/ls?type=recursive";
    for (const std::size_t i : which)
        command += "&arg=" + roots[i].text();
    const http::Response answer = ask(request(command));
    if (says(answer, "not pinned")) return false;
    const bool is_too_long = answer.status == 414 || answer.status == 431;  // for a server in front of the node
    if (is_too_long && which.size() > 1) return false;
    if (answer.status != 200) refuse(answer);
    const auto pins = read_pins(as_text(answer.body));
    if (!pins) refuse_unread();
    for (const std::size_t i : which)
        pinned[i] = pins->contains(roots[i]) ? 1 : 0;
    return std::all_of(which.begin(), which.end(), [&](std::size_t i) { return pinned[i] != 0; });
}

std::optional<std::string> Kubo::pin(const ipfs::Cid& root, std::uint64_t size) {
    http::Request question = request("pin/add?arg=" + root.text());
    question.stall_limit = [limit = client().limits().stall + time_for(size)] {
        return std::chrono::ceil<std::chrono::seconds>(limit);
    };
    const http::Response answer = ask(question);
    if (answer.status == 500) return read_error_message(as_text(answer.body));
    if (answer.status != 200) refuse(answer);
    if (!is_pinned(as_text(answer.body), root)) refuse_unread();
    return std::nullopt;
}

std::vector<std::string> Kubo::addresses() {
    const http::Response answer = ask(request("id"));
    if (answer.status != 200) refuse(answer);
    return read_addresses(as_text(answer.body));
}

bool Kubo::connect(const std::string& address) {
    return ask(request("swarm/connect?timeout=10s&arg=" + http::escaped(address))).status == 200;
}

}  // namespace msh::nodes
