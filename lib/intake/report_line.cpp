#include "intake/report_line.hpp"

#include <array>
#include <cstdio>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "json/write.hpp"

namespace msh::intake {
namespace {

// Bytes that are not UTF-8 do not survive in JSON.
void add_path(json::Object& line, const std::string& path) {
    line.text("path", path);
    if (!is_valid_utf8(path)) line.text("path_base64", to_base64(as_bytes(path)));
}

void add_failure(json::Object& line, const Failure& failure) {
    if (failure.was_reported) line.flag("before", true);
    line.text("class", failure.class_name).text("reason", failure.error.what());
    if (failure.place.tag) {
        std::array<char, 9> tag{};
        std::snprintf(tag.data(), tag.size(), "%08X", *failure.place.tag);
        line.text("tag", tag.data());
    }
    line.number_if("offset", failure.place.offset);
}

}  // namespace

std::string report_line(const Result& result) {
    json::Object line;
    line.number("position", result.input.position);
    add_path(line, result.input.path.native());
    line.text("outcome", to_string(result.outcome));
    if (result.failure) {
        add_failure(line, *result.failure);
    } else if (result.outcome == Outcome::skipped) {
        line.text("class", "link").text("reason", "a symbolic link in a folder");
    } else {
        line.text("id", to_hex(result.record.id));
    }
    return line.done();
}

}  // namespace msh::intake
