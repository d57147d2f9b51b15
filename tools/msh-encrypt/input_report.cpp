#include "input_report.hpp"

#include <array>
#include <cstdio>
#include <exception>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "json/write.hpp"

namespace msh {
namespace {

// Bytes that are not UTF-8 do not survive in JSON.
void add_path(json::Object& line, const std::string& path) {
    line.text("path", path);
    if (!is_valid_utf8(path)) line.text("path_base64", to_base64(as_bytes(path)));
}

void add_failure(json::Object& line, const Failure& failure) {
    if (failure.is_known) line.flag("before", true);
    line.text("class", failure.word).text("reason", failure.error.what());
    if (failure.place.tag) {
        std::array<char, 9> tag{};
        std::snprintf(tag.data(), tag.size(), "%08X", *failure.place.tag);
        line.text("tag", tag.data());
    }
    line.number_if("offset", failure.place.offset);
}

}  // namespace

InputReport::InputReport(const std::optional<std::string>& file) {
    if (!file) return;
    if (file->empty() || *file == "-") throw Error(ErrorKind::usage, "--report needs the name of a file");
    file_.emplace(file, 0600);
}

InputReport::~InputReport() {
    try {
        commit();
    } catch (const std::exception&) {  // what went wrong before is being said
    }
}

void InputReport::require_other(const std::filesystem::path& input) {
    if (!file_ || !file_->is_file(input)) return;
    file_.reset();
    throw Error(ErrorKind::usage, "--report would write over a file that is read");
}

void InputReport::put(const Task& task) {
    if (!file_) return;
    json::Object line;
    line.number("position", task.input.position);
    add_path(line, task.input.path.native());
    line.text("outcome", task.outcome());
    if (task.failure) {
        add_failure(line, *task.failure);
    } else if (task.input.is_link) {
        line.text("class", "link").text("reason", "a symbolic link in a folder");
    } else {
        line.text("id", to_hex(task.record.id));
    }
    file_->put_line(line.done());
}

void InputReport::flush() {
    if (file_) file_->flush();
}

void InputReport::commit() {
    if (!file_) return;
    file_->commit();
    file_.reset();
}

}  // namespace msh
