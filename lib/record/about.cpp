#include "record/about.hpp"

#include "base/encoding.hpp"
#include "json/line.hpp"
#include "json/write.hpp"
#include "record/fields.hpp"

namespace msh::record {

std::string to_json(const About& about) {
    return json::Object()
        .text("sop", about.sop)
        .text("series", about.series)
        .text("study", about.study)
        .text("sop_class", about.sop_class)
        .text("transfer_syntax", about.transfer_syntax)
        .text("modality", about.modality)
        .number("size", about.size)
        .text("sha256", to_base64(about.sha256))
        .done();
}

About read_about(std::string_view json) {
    const json::Line line = json::Line::parse(std::string(json));
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
