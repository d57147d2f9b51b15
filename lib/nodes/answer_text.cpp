#include "nodes/answer_text.hpp"

#include <algorithm>

namespace msh::nodes {
namespace {

constexpr std::size_t max_message = 400;
constexpr std::size_t beginning = 100;  // of one that is longer
constexpr std::string_view left_out = " ... ";

}  // namespace

std::string printable(std::string text) {
    if (text.size() > max_message) {
        const std::size_t rest = max_message - beginning - left_out.size();
        text.replace(beginning, text.size() - beginning - rest, left_out);
    }
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

std::vector<std::string> printable_texts(const json::Value& list) {
    std::vector<std::string> texts;
    for (const json::Value& entry : list.items()) {
        if (entry.is_text()) texts.push_back(printable(entry.text()));
    }
    return texts;
}

std::string read_error_message(std::string_view answer) {
    const auto value = json::Value::parse(answer);
    if (!value) return {};
    for (const char* const name : {"Message", "message"}) {
        if (const json::Value* const message = value->find(name)) return printable(message->text());
    }
    const json::Value& error = value->at("error");
    const std::string& reason = error.at("reason").text();
    const std::string& details = error.at("details").text();
    return printable(reason + (reason.empty() || details.empty() ? "" : ": ") + details);
}

}  // namespace msh::nodes
