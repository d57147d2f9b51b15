#include "ipfs/answers.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

namespace msh::ipfs {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_message = 200;
constexpr std::size_t longest_line = 64 << 10;  // nesting takes memory

// Nothing where it is no object.
std::optional<Json> parse_object(std::string_view text) {
    Json value = Json::parse(text, nullptr, false);
    if (!value.is_object()) return std::nullopt;
    return value;
}

const Json* member(const Json& object, const char* name) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::string text_of(const Json* value) {
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

// One line that shows on a terminal as what it is.
std::string as_line(std::string text) {
    if (text.size() > longest_message) text.resize(longest_message);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

// Calls with the object that each line is; false where one is none, or longer than it may be.
bool for_each_line(std::string_view lines, const std::function<void(const Json&)>& call) {
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        if (line.empty()) continue;
        const auto value = line.size() > longest_line ? std::nullopt : parse_object(line);
        if (!value) return false;
        call(*value);
    }
    return true;
}

std::optional<ImportedRoot> read_root(const Json& line) {
    const Json* const root = member(line, "Root");
    if (root == nullptr) return std::nullopt;
    const Json* const cid = member(*root, "Cid");
    return ImportedRoot{cid == nullptr ? std::nullopt : Cid::parse(text_of(member(*cid, "/"))),
                        as_line(text_of(member(*root, "PinErrorMsg")))};
}

// Those of a list that are texts.
std::vector<std::string> texts_of(const Json* list) {
    std::vector<std::string> texts;
    if (list == nullptr || !list->is_array()) return texts;
    for (const Json& entry : *list) {
        if (entry.is_string()) texts.push_back(as_line(entry.get<std::string>()));
    }
    return texts;
}

void add_peer_record(std::vector<PeerRecord>& records, const Json& value) {
    const std::string id = text_of(member(value, "ID"));
    if (!id.empty()) records.push_back({as_line(id), texts_of(member(value, "Addrs"))});
}

PinState state_of(const std::string& status) {
    if (status == "pinned") return PinState::pinned;
    if (status == "queued" || status == "pinning") return PinState::waiting;
    return PinState::failed;
}

std::optional<ServicePin> to_service_pin(const Json& value) {
    const Json* const pin = member(value, "pin");
    if (pin == nullptr) return std::nullopt;
    return ServicePin{Cid::parse(text_of(member(*pin, "cid"))), state_of(text_of(member(value, "status")))};
}

}  // namespace

std::optional<std::vector<ImportedRoot>> read_imported_roots(std::string_view answer) {
    if (!answer.empty() && !answer.ends_with('\n')) return std::nullopt;  // the last line is not whole
    std::vector<ImportedRoot> roots;
    const bool is_read = for_each_line(answer, [&](const Json& line) {
        if (auto root = read_root(line)) roots.push_back(std::move(*root));
    });
    return is_read ? std::optional(std::move(roots)) : std::nullopt;
}

std::optional<std::set<Cid>> read_listed_pins(std::string_view answer) {
    std::set<Cid> pins;
    const bool is_read = for_each_line(answer, [&](const Json& line) {
        const auto cid = Cid::parse(text_of(member(line, "Cid")));
        if (cid && text_of(member(line, "Type")) == "recursive") pins.insert(*cid);
    });
    return is_read ? std::optional(std::move(pins)) : std::nullopt;
}

std::optional<std::set<Cid>> read_pins(std::string_view answer) {
    const auto value = parse_object(answer);
    const Json* const keys = value ? member(*value, "Keys") : nullptr;
    if (keys == nullptr || !(keys->is_object() || keys->is_null())) return std::nullopt;
    std::set<Cid> pins;
    for (const auto& [name, pin] : keys->items()) {
        const auto cid = Cid::parse(name);
        if (cid && text_of(member(pin, "Type")) == "recursive") pins.insert(*cid);
    }
    return pins;
}

bool is_version(std::string_view answer) {
    const auto value = parse_object(answer);
    return value && !text_of(member(*value, "Version")).empty();
}

std::vector<std::string> read_addresses(std::string_view answer) {
    const auto value = parse_object(answer);
    return value ? texts_of(member(*value, "Addresses")) : std::vector<std::string>();
}

std::optional<PinState> read_cluster_pin(std::string_view answer) {
    const auto value = parse_object(answer);
    const Json* const peers = value ? member(*value, "peer_map") : nullptr;
    if (peers == nullptr || !peers->is_object()) return std::nullopt;
    std::size_t pinned = 0;
    std::size_t waiting = 0;
    for (const auto& [name, peer] : peers->items()) {
        const std::string status = text_of(member(peer, "status"));
        if (status == "pinned") {
            ++pinned;
        } else if (status == "pinning" || status == "pin_queued") {
            ++waiting;
        } else if (status == "pin_error" || status == "cluster_error" || status == "unexpectedly_unpinned") {
            return PinState::failed;
        }  // "remote": another peer's, "unpinned": nobody's
    }
    if (waiting > 0) return PinState::waiting;
    return pinned > 0 ? PinState::pinned : PinState::absent;
}

std::optional<ServicePin> read_service_pin(std::string_view answer) {
    const auto value = parse_object(answer);
    return value ? to_service_pin(*value) : std::nullopt;
}

std::optional<std::vector<ServicePin>> read_service_pins(std::string_view answer) {
    const auto value = parse_object(answer);
    const Json* const list = value ? member(*value, "results") : nullptr;
    if (list == nullptr || !(list->is_array() || list->is_null())) return std::nullopt;
    std::vector<ServicePin> pins;
    for (const Json& entry : *list) {
        auto pin = to_service_pin(entry);
        if (!pin) return std::nullopt;
        pins.push_back(*pin);
    }
    return pins;
}

std::optional<std::vector<PeerRecord>> read_peer_records(std::string_view answer) {
    std::vector<PeerRecord> records;
    const auto whole = parse_object(answer);
    const Json* const list = whole ? member(*whole, "Providers") : nullptr;
    if (list != nullptr) {
        if (!list->is_array() && !list->is_null()) return std::nullopt;
        for (const Json& entry : *list)
            add_peer_record(records, entry);
        return records;
    }
    const bool is_read = for_each_line(answer, [&](const Json& line) { add_peer_record(records, line); });
    return is_read ? std::optional(std::move(records)) : std::nullopt;
}

std::string pin_order(const Cid& root, std::span<const std::string> origins) {
    constexpr std::size_t most_origins = 20;
    Json order{{"cid", root.text()}};
    if (!origins.empty()) order["origins"] = Json(origins.first(std::min(most_origins, origins.size())));
    return order.dump();
}

std::string read_error_message(std::string_view answer) {
    const auto value = parse_object(answer);
    if (!value) return {};
    for (const char* const name : {"Message", "message"}) {
        if (const Json* const message = member(*value, name)) return as_line(text_of(message));
    }
    const Json* const error = member(*value, "error");
    return error == nullptr ? std::string() : as_line(text_of(member(*error, "reason")));
}

}  // namespace msh::ipfs
