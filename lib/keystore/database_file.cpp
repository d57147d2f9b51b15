#include "keystore/database_file.hpp"

#include <string>
#include <system_error>

namespace msh::keystore {

DatabaseFile::~DatabaseFile() {
    for (const char* suffix : {"-wal", "-shm", "-journal", "-queue"}) {
        std::error_code ignored;
        std::filesystem::remove(temporary_.string() + suffix, ignored);
    }
}

}  // namespace msh::keystore
