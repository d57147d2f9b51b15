#include "json/write.hpp"

#include <nlohmann/json.hpp>
#include <vector>

namespace msh::json {

std::string quote(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string list(std::span<const std::string> values) {
    std::string out = "[";
    for (std::size_t i = 0; i < values.size(); ++i)
        out.append(i == 0 ? "" : ",").append(values[i]);
    return out + "]";
}

Object& Object::text(std::string_view name, std::string_view value) {
    return json(name, quote(value));
}

Object& Object::text_if(std::string_view name, const std::optional<std::string>& value) {
    return value ? text(name, *value) : *this;
}

Object& Object::texts(std::string_view name, std::span<const std::string> values) {
    std::vector<std::string> all;
    all.reserve(values.size());
    for (const std::string& value : values)
        all.push_back(quote(value));
    return json(name, list(all));
}

Object& Object::number(std::string_view name, std::uint64_t value) {
    return json(name, std::to_string(value));
}

Object& Object::number_if(std::string_view name, const std::optional<std::uint64_t>& value) {
    return value ? number(name, *value) : *this;
}

Object& Object::flag(std::string_view name, bool value) {
    return json(name, value ? "true" : "false");
}

Object& Object::json(std::string_view name, std::string_view value) {
    text_.append(text_.size() == 1 ? "\"" : ",\"").append(name).append("\":").append(value);
    return *this;
}

}  // namespace msh::json
