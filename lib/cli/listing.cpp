#include "cli/listing.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/signals.hpp"

namespace msh::cli {
namespace {

constexpr std::size_t rows_that_decide = 1000;
constexpr std::size_t rows_a_write = 100;

}  // namespace

std::string end_cell(std::int64_t last_second) {
    constexpr std::int64_t day = 24 * 60 * 60;
    std::string text = to_rfc3339(last_second);
    if ((last_second + 1) % day == 0) text.resize(text.find('T'));
    return last_second < seconds_now() ? text + " (over)" : text;
}

std::string shortened(const std::string& name) {
    constexpr std::size_t shown = 12;
    return name.substr(0, shown) + "...";
}

Listing::Listing(Output& output, std::vector<Column> columns)
    : output_(output), columns_(std::move(columns)), is_table_(output.is_terminal()) {
    for (const Column& column : columns_)
        shown_.push_back(!column.default_value);
}

void Listing::add(const std::string& json, const std::vector<std::string>& cells) {
    if (is_table_) {
        note_unusual(cells, false);
        add_row(cells);
    } else {
        output_.put_line(json);
    }
    if (++unwritten_ < rows_a_write) return;
    unwritten_ = 0;
    output_.flush();
    stop_if_signalled();
}

void Listing::add_detail(const std::vector<std::string>& cells) {
    if (!is_table_) return;
    note_unusual(cells, true);
    add_row(cells);
}

void Listing::note_unusual(const std::vector<std::string>& cells, bool is_detail) {
    bool is_new = false;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (shown_[i] || cells[i] == columns_[i].default_value || (is_detail && cells[i].empty())) continue;
        shown_[i] = is_new = true;
    }
    if (is_new && !widths_.empty()) put_titles();
}

void Listing::add_row(const std::vector<std::string>& cells) {
    std::vector<std::string> row;
    std::transform(cells.begin(), cells.end(), std::back_inserter(row),
                   [](const std::string& cell) { return printable(cell); });
    if (!widths_.empty()) return put_row(row);
    held_.push_back(std::move(row));
    if (held_.size() >= rows_that_decide) put_held();
}

void Listing::finish() {
    if (!held_.empty()) put_held();
    output_.flush();
}

void Listing::put_held() {
    for (const Column& column : columns_)
        widths_.push_back(display_width(column.title));
    for (const auto& row : held_) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths_[i] = std::max(widths_[i], display_width(row[i]));
    }
    put_titles();
    for (const auto& row : std::exchange(held_, {}))
        put_row(row);
}

void Listing::put_titles() {
    std::vector<std::string> titles;
    for (const Column& column : columns_)
        titles.push_back(column.title);
    put_row(titles);
}

void Listing::put_row(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (!shown_[i]) continue;
        const std::size_t width = display_width(cells[i]);
        const std::string padding(widths_[i] - std::min(width, widths_[i]), ' ');
        line.append(line.empty() ? "" : "  ");
        line.append(columns_[i].is_number ? padding + cells[i] : cells[i] + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    output_.put_line(line);
}

}  // namespace msh::cli
