// Bytes from anyone, read as every answer of a node, a cluster and a pinning service. What is shown of them is a line
// of printable text. Built with -fsanitize=fuzzer,address; run as `answers_fuzz tests/fuzz/corpus/answers`.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "nodes/answer_text.hpp"
#include "nodes/cluster_answers.hpp"
#include "nodes/kubo_answers.hpp"
#include "nodes/router_answers.hpp"
#include "nodes/service_answers.hpp"

namespace {

using namespace msh;

void require(bool holds) {
    if (!holds) std::abort();
}

void require_line(const std::string& text) {
    require(text.size() <= 400);
    require(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text({data, size});
    if (const auto roots = nodes::read_imported_roots(text)) {
        require(text.empty() || text.ends_with('\n'));
        for (const nodes::ImportedRoot& root : *roots)
            require_line(root.pin_error);
    }
    require_line(nodes::read_error_message(text));
    (void)nodes::read_pins(text);
    (void)nodes::read_listed_pins(text);
    (void)nodes::is_block_stat(text, ipfs::Cid::of(ipfs::Codec::raw, {}));
    (void)nodes::read_cluster_pin(text);
    (void)nodes::read_cluster_peers(text);
    (void)nodes::read_silent_peers(text);
    (void)nodes::read_peer_records(text);
    (void)nodes::read_service_pin(text);
    (void)nodes::read_service_pins(text);
    const ipfs::Cid root = ipfs::Cid::of(ipfs::Codec::raw, {});
    require(!nodes::pin_request(root, nodes::read_addresses(text)).empty());
    return 0;
}
