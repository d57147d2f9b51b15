#include "custodian/normaliser.hpp"

#include "dicom/normalise.hpp"

namespace msh::custodian {

Normaliser dicom_normaliser() {
    return {dicom::normaliser_description(), dicom::normaliser_version, dicom::index_terms};
}

}  // namespace msh::custodian
