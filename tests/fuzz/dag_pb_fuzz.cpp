// Bytes from anyone, read as a CID and as a dag-pb node: what is taken has one spelling. Built with
// -fsanitize=fuzzer,address; run as `dag_pb_fuzz tests/fuzz/corpus/dag_pb`.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ipfs/cid.hpp"
#include "ipfs/dag_pb.hpp"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const msh::ByteView input(data, size);
    if (const auto cid = msh::ipfs::Cid::parse(msh::as_text(input))) require(cid->text() == msh::as_text(input));
    if (const auto cid = msh::ipfs::Cid::from_binary(input)) {
        const auto binary = cid->binary();
        require(msh::as_text(binary) == msh::as_text(input));
    }
    if (const auto node = msh::ipfs::decode_node(input)) {
        require(msh::as_text(msh::ipfs::encode_node(*node)) == msh::as_text(input));
    }
    return 0;
}
