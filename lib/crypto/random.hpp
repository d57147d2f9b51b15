// Random bytes from the operating system by way of OpenSSL. Throws Error (kind `failed`) when there are none.
#pragma once

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::crypto {

void fill_random(MutableBytes out);
[[nodiscard]] Key random_key();
[[nodiscard]] Id random_id();

}  // namespace msh::crypto
