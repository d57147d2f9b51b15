#include "intake/options.hpp"

#include "dicom/deidentify.hpp"

namespace msh::intake {

std::string Options::rules() const {
    return identified ? "identified/1" : std::string(dicom::rule_version);
}

std::string Options::conditions() const {
    return rules() + (allowed.empty() ? "" : " allow " + allowed.names());
}

}  // namespace msh::intake
