#include "nodes/kubo_answers.hpp"

#include <algorithm>

#include "ipfs/block_source.hpp"
#include "json/value.hpp"
#include "nodes/answer_text.hpp"

namespace msh::nodes {
namespace {

bool is_recursive(const json::Value& pin) {
    return pin.at("Type").text() == "recursive";
}

}  // namespace

std::optional<std::vector<ImportedRoot>> read_imported_roots(std::string_view answer) {
    if (!answer.empty() && !answer.ends_with('\n')) return std::nullopt;  // the last line is cut off
    std::vector<ImportedRoot> roots;
    const bool is_read = json::for_each_object(answer, max_answer_line, [&](const json::Value& line) {
        const json::Value* const root = line.find("Root");
        if (root == nullptr) return;
        roots.push_back({ipfs::Cid::parse(root->at("Cid").at("/").text()), printable(root->at("PinErrorMsg").text())});
    });
    return is_read ? std::optional(std::move(roots)) : std::nullopt;
}

std::optional<std::set<ipfs::Cid>> read_listed_pins(std::string_view answer) {
    std::set<ipfs::Cid> pins;
    const bool is_read = json::for_each_object(answer, max_answer_line, [&](const json::Value& line) {
        const auto cid = ipfs::Cid::parse(line.at("Cid").text());
        if (cid && is_recursive(line)) pins.insert(*cid);
    });
    return is_read ? std::optional(std::move(pins)) : std::nullopt;
}

std::optional<std::set<ipfs::Cid>> read_pins(std::string_view answer) {
    const auto value = json::Value::parse(answer);
    const json::Value* const keys = value ? value->find("Keys") : nullptr;
    if (keys == nullptr || !(keys->is_object() || keys->is_null())) return std::nullopt;
    std::set<ipfs::Cid> pins;
    for (const auto& [name, pin] : keys->members()) {
        const auto cid = ipfs::Cid::parse(name);
        if (cid && is_recursive(pin)) pins.insert(*cid);
    }
    return pins;
}

bool is_block_stat(std::string_view answer, const ipfs::Cid& cid) {
    const auto value = json::Value::parse(answer);
    if (!value || ipfs::Cid::parse(value->at("Key").text()) != cid) return false;
    const auto size = value->at("Size").number();
    return size && *size <= ipfs::max_block_size;
}

bool is_pinned(std::string_view answer, const ipfs::Cid& root) {
    const auto value = json::Value::parse(answer);
    if (!value) return false;
    const std::vector<json::Value>& pins = value->at("Pins").items();
    return std::any_of(pins.begin(), pins.end(),
                       [&](const json::Value& pin) { return ipfs::Cid::parse(pin.text()) == root; });
}

bool is_version(std::string_view answer) {
    const auto value = json::Value::parse(answer);
    return value && !value->at("Version").text().empty();
}

std::vector<std::string> read_addresses(std::string_view answer) {
    const auto value = json::Value::parse(answer);
    return value ? printable_texts(value->at("Addresses")) : std::vector<std::string>();
}

}  // namespace msh::nodes
