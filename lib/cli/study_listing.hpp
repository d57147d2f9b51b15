// The list of studies of `msh-list studies` and `msh-search --show`.
#pragma once

#include <string>

#include "cli/listing.hpp"
#include "record/study_summary.hpp"

namespace msh::cli {

class StudyListing {
  public:
    // `own_store`: the name of the own store as a target. `with_originals`: every summary has values of the originals.
    StudyListing(Output& output, std::string own_store, bool with_originals);

    void add(const record::StudySummary& summary);
    void finish() { listing_.finish(); }

  private:
    std::string own_store_;
    bool with_originals_;
    Listing listing_;
};

}  // namespace msh::cli
