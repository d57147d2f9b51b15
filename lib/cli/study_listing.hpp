// The list of studies that msh-list and msh-search show alike.
#pragma once

#include "cli/listing.hpp"
#include "record/study_summary.hpp"

namespace msh::cli {

class StudyListing {
  public:
    // With what the originals said: every summary then has it.
    StudyListing(Output& output, bool with_originals);

    void add(const record::StudySummary& summary);
    void finish() { listing_.finish(); }

  private:
    bool with_originals_;
    Listing listing_;
};

}  // namespace msh::cli
