#include "base/error.hpp"

#include <system_error>

namespace msh {

Error system_error(const std::string& what, int error_number) {
    return {ErrorKind::failed, what + ": " + std::generic_category().message(error_number)};
}

}  // namespace msh
