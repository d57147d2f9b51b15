#include "input_report.hpp"

#include <array>
#include <cstdio>
#include <exception>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "record/line.hpp"

namespace msh {
namespace {

std::string member(std::string_view name, std::string_view json) {
    return ",\"" + std::string(name) + "\":" + std::string(json);
}

std::string text_member(std::string_view name, std::string_view text) {
    return member(name, record::json_string(text));
}

// Bytes that are not UTF-8 do not survive in JSON.
std::string path_members(const std::string& path) {
    std::string out = text_member("path", path);
    if (!is_valid_utf8(path)) out += text_member("path_base64", to_base64(as_bytes(path)));
    return out;
}

std::string failure_members(const Failure& failure) {
    std::string out;
    if (failure.is_known) out += member("before", "true");
    out += text_member("class", failure.word) + text_member("reason", failure.error.what());
    if (failure.place.tag) {
        std::array<char, 9> tag{};
        std::snprintf(tag.data(), tag.size(), "%08X", *failure.place.tag);
        out += text_member("tag", tag.data());
    }
    if (failure.place.offset) out += member("offset", std::to_string(*failure.place.offset));
    return out;
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
    std::string line = R"({"position":)" + std::to_string(task.input.position) +
                       path_members(task.input.path.native()) + text_member("outcome", task.outcome());
    line += task.failure ? failure_members(*task.failure) : text_member("id", to_hex(task.record.id));
    file_->put_line(line + "}");
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
