#include "auditing/proof_folder.hpp"

#include <utility>

#include "base/encoding.hpp"
#include "base/temporary_file.hpp"

namespace msh::auditing {

ProofFolder::ProofFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
    make_folder(folder_, 0755);
}

bool ProofFolder::write(const Id& object, const Digest& leaf, const std::string& proof) {
    if (!leaves_.contains(leaf)) {
        if (!ids_.insert(object)) return false;
        leaves_.insert(leaf);
    }
    write_file_atomically(folder_ / (to_hex(object) + ".tlog-proof"), as_bytes(proof), 0666,
                          AtomicFile::Links::replace);
    return true;
}

}  // namespace msh::auditing
