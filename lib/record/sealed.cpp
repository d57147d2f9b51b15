#include "record/sealed.hpp"

#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "record/fields.hpp"
#include "record/line.hpp"

namespace msh::record {

std::string to_json(const Sealed& sealed) {
    std::string out = "{\"sop\":" + json_string(sealed.sop) + ",\"series\":" + json_string(sealed.series) +
                      ",\"study\":" + json_string(sealed.study) +
                      ",\"transfer_syntax\":" + json_string(sealed.transfer_syntax) +
                      ",\"size\":" + std::to_string(sealed.size) + ",\"sha256\":\"" + to_base64(sealed.sha256) +
                      "\",\"normaliser\":" + std::to_string(sealed.normaliser) + ",\"terms\":[";
    bool first = true;
    for (const Term& term : sealed.terms) {
        std::string text = first ? "[" : ",[";
        text.append(json_string(term.attribute)).append(",").append(json_string(term.value)).append("]");
        if (out.size() + text.size() + 2 > most_sealed) break;
        out += text;
        first = false;
    }
    return out + "]}";
}

Sealed read_sealed(std::string_view json) {
    const Line line = Line::parse(std::string(json));
    Sealed sealed;
    sealed.sop = required_text(line, "sop");
    sealed.series = required_text(line, "series");
    sealed.study = required_text(line, "study");
    sealed.transfer_syntax = required_text(line, "transfer_syntax");
    sealed.size = required_number(line, "size");
    sealed.sha256 = required_digest(line, "sha256");
    sealed.normaliser = required_number(line, "normaliser");
    if (line.kind_of("terms") != ValueKind::array) throw wrong_type("terms");
    for (const auto& pair : nlohmann::json::parse(*line.json_of("terms"))) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) {
            throw bad_value("terms");
        }
        sealed.terms.push_back({pair[0].get<std::string>(), pair[1].get<std::string>()});
    }
    return sealed;
}

}  // namespace msh::record
