#include "record/sealed.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "json/line.hpp"
#include "json/value.hpp"
#include "json/write.hpp"
#include "record/fields.hpp"

namespace msh::record {
namespace {

std::string to_json(const Attribute& attribute) {
    std::string out = json::quote(attribute.tag) + ":";
    if (!attribute.values) return out + "null";
    std::string_view sign = "[";
    for (const std::string& value : *attribute.values) {
        out.append(sign).append(json::quote(value));
        sign = ",";
    }
    return out + (attribute.values->empty() ? "[]" : "]");
}

// As many of them as leave the text, with what is closed behind it, below its limit.
void add(std::string& out, const std::vector<Attribute>& attributes) {
    bool first = true;
    for (const Attribute& attribute : attributes) {
        const std::string text = (first ? "" : ",") + to_json(attribute);
        if (out.size() + text.size() + std::string_view(R"(},"attributes":{}})").size() > max_sealed) break;
        out += text;
        first = false;
    }
}

std::vector<Attribute> required_attributes(const json::Line& line, const std::string& path) {
    if (!line.has(path)) throw missing(path);
    if (line.kind_of(path) != json::ValueKind::object) throw wrong_type(path);
    std::vector<Attribute> attributes;
    const auto object = json::Value::parse(*line.json_of(path));
    if (!object) throw bad_value(path);
    for (const auto& [tag, values] : object->members()) {
        Attribute& attribute = attributes.emplace_back(Attribute{tag, std::nullopt});
        if (values.is_null()) continue;
        if (!values.is_list()) throw bad_value(path);
        attribute.values.emplace();
        for (const json::Value& value : values.items()) {
            if (!value.is_text()) throw bad_value(path);
            attribute.values->push_back(value.text());
        }
    }
    return attributes;
}

}  // namespace

std::string to_json(const Sealed& sealed) {
    std::string out = "{\"transfer_syntax\":" + json::quote(sealed.transfer_syntax) +
                      ",\"size\":" + std::to_string(sealed.size) + ",\"sha256\":\"" + to_base64(sealed.sha256) +
                      "\",\"pseudonyms\":{";
    add(out, sealed.pseudonyms);
    out += R"(},"attributes":{)";
    add(out, sealed.attributes);
    return out + "}}";
}

Sealed read_sealed(std::string_view json) {
    const json::Line line = json::Line::parse(std::string(json));
    Sealed sealed;
    sealed.transfer_syntax = required_text(line, "transfer_syntax");
    sealed.size = required_number(line, "size");
    sealed.sha256 = required_digest(line, "sha256");
    sealed.pseudonyms = required_attributes(line, "pseudonyms");
    sealed.attributes = required_attributes(line, "attributes");
    return sealed;
}

const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view tag) {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const Attribute& attribute) { return attribute.tag == tag; });
    return found == attributes.end() ? nullptr : &*found;
}

std::string first_value(const std::vector<Attribute>& attributes, std::string_view tag) {
    const Attribute* const found = find_attribute(attributes, tag);
    if (found == nullptr || !found->values || found->values->empty()) return {};
    return found->values->front();
}

std::string joined_values(const std::vector<Attribute>& attributes, std::string_view tag) {
    const Attribute* const found = find_attribute(attributes, tag);
    if (found == nullptr || !found->values) return {};
    std::string out;
    for (std::size_t i = 0; i < found->values->size(); ++i)
        out.append(i == 0 ? "" : "\\").append((*found->values)[i]);
    return out;
}

}  // namespace msh::record
