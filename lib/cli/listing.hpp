// A list: a table where standard output is a terminal, a line of JSON a row where it is not.
//
//     Listing listing(output, {{"OBJECTS", true}, {"STUDY"}});
//     for (...) listing.add(json, {"12", id});
//     listing.finish();
//
// The columns of a table are as wide as what stands in its first thousand rows, so that lists of any length need little
// memory; a later cell that is wider pushes its own row to the right. Cells are made printable, wide characters count
// two. What is added is written when some rows have come together.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace msh::cli {

struct Column {
    std::string title;
    bool is_number = false;  // stands at the right
};

class Listing {
  public:
    Listing(Output& output, std::vector<Column> columns);

    // As many cells as there are columns.
    void add(const std::string& json, const std::vector<std::string>& cells);
    // One more row of the same thing, for a table alone.
    void add_detail(const std::vector<std::string>& cells);
    void finish();

  private:
    void add_row(const std::vector<std::string>& cells);
    void put_held();
    void put_row(const std::vector<std::string>& cells);

    Output& output_;
    std::vector<Column> columns_;
    bool is_table_;
    std::vector<std::vector<std::string>> held_;  // until the widths are known
    std::vector<std::size_t> widths_;
    std::size_t unwritten_ = 0;
};

}  // namespace msh::cli
