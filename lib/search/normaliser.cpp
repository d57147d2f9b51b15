#include "search/normaliser.hpp"

#include "terms/normalise.hpp"

namespace msh::search {

Normaliser dicom_normaliser() {
    return {terms::normaliser_description(), terms::normaliser_version, terms::index_terms};
}

}  // namespace msh::search
