// Writes a list: a table if standard output is a terminal, and otherwise a line of JSON for each row.
//
//     Listing listing(output, {{"OBJECTS", true}, {"STUDY"}});
//     for (...) listing.add(json, {"12", id});
//     listing.finish();
//
// The columns of a table are as wide as the cells of the first thousand rows, so that a list of any length needs little
// memory; a wider cell further down shifts the rest of its row. A column with a default value is left out while all
// cells have it; if a later row has another one, the titles are written again with this column. Cells are made
// printable, and wide characters count as two columns. Rows are written in groups. Ends with a signal as
// stop_if_signalled() does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace msh::cli {

struct Column {
    std::string title;
    bool is_number = false;                      // right-aligned
    std::optional<std::string> default_value{};  // the column is left out if all cells have this value
};

// The end of a grant for a cell: the day, with the time where that is not the day's end, and whether it is over.
[[nodiscard]] std::string end_cell(std::int64_t last_second);

// The beginning of a recipient or a fingerprint for a cell, enough to tell it from others.
[[nodiscard]] std::string shortened(const std::string& name);

class Listing {
  public:
    Listing(Output& output, std::vector<Column> columns);

    // As many cells as there are columns.
    void add(const std::string& json, const std::vector<std::string>& cells);
    // A continuation row, in a table only; its empty cells say nothing.
    void add_detail(const std::vector<std::string>& cells);
    void finish();

  private:
    void add_row(const std::vector<std::string>& cells);
    void note_unusual(const std::vector<std::string>& cells, bool is_detail);
    void put_held();
    void put_titles();
    void put_row(const std::vector<std::string>& cells);

    Output& output_;
    std::vector<Column> columns_;
    std::vector<bool> shown_;  // by column
    bool is_table_;
    std::vector<std::vector<std::string>> held_;  // until the widths are known
    std::vector<std::size_t> widths_;
    std::size_t unwritten_ = 0;
};

}  // namespace msh::cli
