#include "ipfs/answers.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>

#include "ipfs/block_source.hpp"

namespace msh::ipfs {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_message = 400;
constexpr std::size_t longest_beginning = 100;  // of one that is longer: the reason stands at its end
constexpr std::string_view left_out = " ... ";
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
    if (text.size() > longest_message) {
        const std::size_t rest = longest_message - longest_beginning - left_out.size();
        text.replace(longest_beginning, text.size() - longest_beginning - rest, left_out);
    }
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
    const Json* const info = member(value, "info");
    std::string why = info == nullptr ? "" : as_line(text_of(member(*info, "status_details")));
    return ServicePin{Cid::parse(text_of(member(*pin, "cid"))),
                      {state_of(text_of(member(value, "status"))), std::move(why)},
                      texts_of(member(value, "delegates"))};
}

// What the peers of a cluster say of a pin.
struct PeerCounts {
    std::size_t pinned = 0;
    std::size_t working = 0;
    std::size_t open = 0;  // not heard of it, or not there just now
};

// Adds what one peer says; where it failed, the status of the whole.
std::optional<PinStatus> count_peer(const Json& peer, PeerCounts& counts) {
    const std::string status = text_of(member(peer, "status"));
    if (status == "pin_error" || status == "error") {
        return PinStatus{PinState::failed, as_line(text_of(member(peer, "error"))), true};
    }
    if (status == "cluster_error") return PinStatus{PinState::failed, "a peer of the cluster does not answer"};
    if (status == "pinned") {
        ++counts.pinned;
    } else if (status == "pinning" || status == "pin_queued" || status == "queued" ||
               status == "unexpectedly_unpinned") {
        ++counts.working;
    } else if (status == "unpinned") {
        ++counts.open;
    }  // "remote": another peer's
    return std::nullopt;
}

PinState state_of(const PeerCounts& counts) {
    if (counts.working > 0) return PinState::waiting;
    if (counts.pinned == 0) return PinState::absent;
    return counts.open > 0 ? PinState::waiting : PinState::pinned;
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

bool is_block_stat(std::string_view answer, const Cid& cid) {
    const auto value = parse_object(answer);
    if (!value || Cid::parse(text_of(member(*value, "Key"))) != cid) return false;
    const Json* const size = member(*value, "Size");
    return size != nullptr && size->is_number_unsigned() && size->get<std::uint64_t>() <= max_block_size;
}

bool is_pinned(std::string_view answer, const Cid& root) {
    const auto value = parse_object(answer);
    const Json* const pins = value ? member(*value, "Pins") : nullptr;
    if (pins == nullptr || !pins->is_array()) return false;
    return std::any_of(pins->begin(), pins->end(), [&](const Json& pin) { return Cid::parse(text_of(&pin)) == root; });
}

bool is_version(std::string_view answer) {
    const auto value = parse_object(answer);
    return value && !text_of(member(*value, "Version")).empty();
}

std::vector<std::string> read_addresses(std::string_view answer) {
    const auto value = parse_object(answer);
    return value ? texts_of(member(*value, "Addresses")) : std::vector<std::string>();
}

std::optional<ClusterPin> read_cluster_pin(std::string_view answer) {
    const auto value = parse_object(answer);
    const Json* const peers = value ? member(*value, "peer_map") : nullptr;
    if (peers == nullptr || !peers->is_object()) return std::nullopt;
    const Json* const allocations = member(*value, "allocations");
    ClusterPin pin;
    pin.root = Cid::parse(text_of(member(*value, "cid")));
    pin.is_everywhere = allocations == nullptr || allocations->empty();
    PeerCounts counts;
    std::optional<PinStatus> failure;
    for (const auto& [id, peer] : peers->items()) {
        pin.peers.emplace(as_line(id), as_line(text_of(member(peer, "peername"))));
        const auto failed = count_peer(peer, counts);
        if (failed && (!failure || failure->may_recover)) failure = failed;
    }
    pin.status = failure ? *failure : PinStatus{state_of(counts)};
    return pin;
}

std::map<std::string, std::string> read_cluster_peers(std::string_view answer) {
    std::map<std::string, std::string> peers;
    (void)for_each_line(answer, [&](const Json& line) {
        const std::string id = text_of(member(line, "id"));
        if (!id.empty()) peers[as_line(id)] = as_line(text_of(member(line, "peername")));
        for (const std::string& other : texts_of(member(line, "cluster_peers")))
            peers.try_emplace(other);
    });
    return peers;
}

std::map<std::string, std::string> read_silent_peers(std::string_view answer) {
    std::map<std::string, std::string> peers;
    const Json alerts = Json::parse(answer, nullptr, false);
    if (!alerts.is_array()) return peers;
    for (const Json& alert : alerts) {
        const std::string id = text_of(member(alert, "peer"));
        if (!id.empty() && text_of(member(alert, "name")) == "ping") peers.try_emplace(as_line(id));
    }
    return peers;
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
    if (error == nullptr) return {};
    const std::string reason = text_of(member(*error, "reason"));
    const std::string details = text_of(member(*error, "details"));
    return as_line(reason + (reason.empty() || details.empty() ? "" : ": ") + details);
}

}  // namespace msh::ipfs
