#include "nodes/router_answers.hpp"

#include "json/value.hpp"
#include "nodes/answer_text.hpp"

namespace msh::nodes {
namespace {

void add_peer_record(std::vector<PeerRecord>& records, const json::Value& value) {
    const std::string& id = value.at("ID").text();
    if (!id.empty()) records.push_back({printable(id), printable_texts(value.at("Addrs"))});
}

}  // namespace

std::optional<std::vector<PeerRecord>> read_peer_records(std::string_view answer) {
    std::vector<PeerRecord> records;
    const auto whole = json::Value::parse(answer);
    if (const json::Value* const list = whole ? whole->find("Providers") : nullptr) {
        if (!list->is_list() && !list->is_null()) return std::nullopt;
        for (const json::Value& entry : list->items())
            add_peer_record(records, entry);
        return records;
    }
    const bool is_read = json::for_each_object(answer, max_answer_line,
                                               [&](const json::Value& line) { add_peer_record(records, line); });
    return is_read ? std::optional(std::move(records)) : std::nullopt;
}

}  // namespace msh::nodes
