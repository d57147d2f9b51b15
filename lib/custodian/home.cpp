#include "custodian/home.hpp"

#include "base/file.hpp"
#include "base/temporary_file.hpp"

namespace msh::custodian {

void Home::make() const {
    make_folder(root_, 0711);
    AtomicFile::sweep(root_, "");
}

bool Home::has_keystore() const {
    std::error_code ignored;
    return std::filesystem::exists(keystore(), ignored);
}

}  // namespace msh::custodian
