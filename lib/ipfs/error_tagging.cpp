#include "ipfs/error_tagging.hpp"

#include <exception>

namespace msh::ipfs {
namespace {

// Of kind `input`, an error tells of the block, not of whoever was asked.
[[noreturn]] void blame(const Error& error, const BlockSource* source) {
    if (error.kind() == ErrorKind::input) throw;
    throw SourceError(error, source);
}

}  // namespace

std::optional<Bytes> ErrorTaggingSource::fetch(const Cid& cid) {
    try {
        return source_.fetch(cid);
    } catch (const Error& error) {
        blame(error, &source_);
    }
}

LookupResult ErrorTaggingFinder::find(const WantedBlock& block) {
    try {
        return finder_.find(block);
    } catch (const Error& error) {
        blame(error, nullptr);
    }
}

void ErrorTaggingFinder::find_all(std::span<const WantedBlock> blocks, const Use& use) {
    std::exception_ptr of_use;
    try {
        finder_.find_all(blocks, [&](std::size_t i, const LookupResult& found) {
            try {
                use(i, found);
            } catch (...) {
                of_use = std::current_exception();
                throw;
            }
        });
    } catch (const Error& error) {
        if (of_use) throw;
        blame(error, nullptr);
    }
}

}  // namespace msh::ipfs
