// What is the same for all files of a run of msh-encrypt.
#pragma once

#include <string>

#include "dicom/pixel_text.hpp"

namespace msh::intake {

struct Options {
    std::string project = "default";
    bool identified = false;
    bool again = false;          // --again: encrypt files again that were encrypted before
    bool renew = false;          // --renew: encrypt files again that were encrypted under other rules
    bool retry_refused = false;  // also report failures that an earlier run reported
    dicom::PixelTextSet allowed;

    // The name of what is done to the identifiers.
    [[nodiscard]] std::string profile() const { return identified ? "identified" : "basic"; }
    // What the output depends on, besides the file. `allowed` is not part of it: it only decides whether a file is
    // accepted.
    [[nodiscard]] std::string rules() const;
    // What decides, besides the file, whether pixels that may show names are accepted.
    [[nodiscard]] std::string conditions() const;
};

}  // namespace msh::intake
