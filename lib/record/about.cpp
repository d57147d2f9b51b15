#include "record/about.hpp"

#include "base/encoding.hpp"
#include "record/fields.hpp"
#include "record/line.hpp"

namespace msh::record {

std::string to_json(const About& about) {
    return "{\"sop\":" + json_string(about.sop) + ",\"series\":" + json_string(about.series) +
           ",\"study\":" + json_string(about.study) + ",\"sop_class\":" + json_string(about.sop_class) +
           ",\"transfer_syntax\":" + json_string(about.transfer_syntax) +
           ",\"modality\":" + json_string(about.modality) + ",\"size\":" + std::to_string(about.size) +
           ",\"sha256\":\"" + to_base64(about.sha256) + "\"}";
}

About read_about(std::string_view json) {
    const Line line = Line::parse(std::string(json));
    About about;
    about.sop = required_text(line, "sop");
    about.series = required_text(line, "series");
    about.study = required_text(line, "study");
    about.sop_class = required_text(line, "sop_class");
    about.transfer_syntax = required_text(line, "transfer_syntax");
    about.modality = required_text(line, "modality");
    about.size = required_number(line, "size");
    about.sha256 = required_digest(line, "sha256");
    return about;
}

}  // namespace msh::record
