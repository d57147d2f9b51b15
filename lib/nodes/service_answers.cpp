#include "nodes/service_answers.hpp"

#include <algorithm>

#include "json/value.hpp"
#include "json/write.hpp"
#include "nodes/answer_text.hpp"

namespace msh::nodes {
namespace {

constexpr std::size_t max_origins = 20;

PinState state_of(const std::string& status) {
    if (status == "pinned") return PinState::pinned;
    if (status == "queued" || status == "pinning") return PinState::waiting;
    return PinState::failed;
}

std::optional<ServicePin> service_pin(const json::Value& value) {
    const json::Value* const pin = value.find("pin");
    if (pin == nullptr) return std::nullopt;
    return ServicePin{ipfs::Cid::parse(pin->at("cid").text()),
                      {state_of(value.at("status").text()), printable(value.at("info").at("status_details").text())},
                      printable_texts(value.at("delegates"))};
}

}  // namespace

std::string pin_request(const ipfs::Cid& root, std::span<const std::string> origins) {
    json::Object request;
    request.text("cid", root.text());
    if (!origins.empty()) request.texts("origins", origins.first(std::min(max_origins, origins.size())));
    return request.done();
}

std::optional<ServicePin> read_service_pin(std::string_view answer) {
    const auto value = json::Value::parse(answer);
    return value ? service_pin(*value) : std::nullopt;
}

std::optional<std::vector<ServicePin>> read_service_pins(std::string_view answer) {
    const auto value = json::Value::parse(answer);
    const json::Value* const list = value ? value->find("results") : nullptr;
    if (list == nullptr || !(list->is_list() || list->is_null())) return std::nullopt;
    std::vector<ServicePin> pins;
    for (const json::Value& entry : list->items()) {
        auto pin = service_pin(entry);
        if (!pin) return std::nullopt;
        pins.push_back(*std::move(pin));
    }
    return pins;
}

}  // namespace msh::nodes
