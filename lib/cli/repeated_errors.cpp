#include "cli/repeated_errors.hpp"

#include <cctype>
#include <exception>

#include "cli/messages.hpp"

namespace msh::cli {
namespace {

constexpr std::uint64_t max_written = 10;
constexpr std::size_t max_texts = 4096;  // where each is another, counting them serves nobody

// Without CIDs, ids and digests.
std::string without_names(const std::string& text) {
    constexpr std::size_t shortest_name = 32;
    std::string out;
    std::size_t begin = 0;
    while (begin < text.size()) {
        std::size_t end = begin;
        while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end])) != 0)
            ++end;
        if (end == begin) {
            out += text[begin++];
            continue;
        }
        out += end - begin < shortest_name ? text.substr(begin, end - begin) : "...";
        begin = end;
    }
    return out;
}

// 4,990
std::string readable_count(std::uint64_t count) {
    std::string digits = std::to_string(count);
    for (std::size_t place = digits.size(); place > 3; place -= 3)
        digits.insert(place - 3, ",");
    return digits;
}

}  // namespace

void RepeatedErrors::say(const std::string& where, const Error& error) {
    const std::pair<ErrorKind, std::string> key(error.kind(), without_names(error.what()));
    if (counts_.size() < max_texts || counts_.contains(key)) {
        if (++counts_[key] > max_written) return;
    }
    const bool is_new = hints_.size() < max_texts && hints_.insert(error.hint()).second;
    cli::say(
        Error(error.kind(), (where.empty() ? "" : where + ": ") + error.what(), is_new ? error.hint() : std::string()));
}

void RepeatedErrors::finish() noexcept {
    try {
        for (const auto& [error, count] : counts_) {
            if (count <= max_written) continue;
            say_error("... and " + readable_count(count - max_written) + " more like it: " + error.second);
        }
        counts_.clear();
    } catch (const std::exception&) {
        // no memory: what was written stands
    }
}

}  // namespace msh::cli
