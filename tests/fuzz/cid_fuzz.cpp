// Bytes from anyone, read as a CID, as text and in binary: a block has one name, so what is read is written as it was.
// Built with -fsanitize=fuzzer,address; run as `cid_fuzz tests/fuzz/corpus/cid`.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ipfs/cid.hpp"

namespace {

using namespace msh;

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input(data, size);
    if (const auto cid = ipfs::Cid::parse(as_text(input))) {
        require(cid->text() == as_text(input));
        require(ipfs::Cid::from_binary(cid->binary()) == cid);
    }
    if (const auto cid = ipfs::Cid::from_binary(input)) {
        const auto binary = cid->binary();
        require(std::equal(binary.begin(), binary.end(), input.begin(), input.end()));
        require(ipfs::Cid::parse(cid->text()) == cid);
    }
    return 0;
}
