// The list of studies of `msh-list studies` and `msh-search --show`.
#pragma once

#include "cli/listing.hpp"
#include "record/study_summary.hpp"

namespace msh::cli {

class StudyListing {
  public:
    // `with_originals`: every summary has values of the originals.
    StudyListing(Output& output, bool with_originals);

    void add(const record::StudySummary& summary);
    void finish() { listing_.finish(); }

  private:
    bool with_originals_;
    Listing listing_;
};

}  // namespace msh::cli
