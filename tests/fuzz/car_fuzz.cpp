// Bytes from anyone, read as an archive: each section lies within it, and what msh would write reads back. Built with
// -fsanitize=fuzzer,address; run as `car_fuzz tests/fuzz/corpus/car`.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ipfs/car.hpp"

namespace {

using namespace msh;

void require(bool holds) {
    if (!holds) std::abort();
}

void read_sections(ByteView rest) {
    while (!rest.empty()) {
        const auto section = ipfs::read_car_section(rest.first(std::min(rest.size(), ipfs::max_section_head)));
        if (!section) return;
        if (section->cid) {
            require(section->head <= rest.size());
            const Bytes head = ipfs::car_section(*section->cid, static_cast<std::size_t>(section->block));
            // The same name in version 1 and the same length: the same bytes.
            if (head.size() == section->head) require(std::equal(head.begin(), head.end(), rest.begin()));
        }
        // The head of a name that msh does not use may be longer than what there is.
        if (section->head > rest.size() || section->block > rest.size() - section->head) return;
        rest = rest.subspan(section->head + static_cast<std::size_t>(section->block));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input(data, size);
    const auto start = [](ByteView bytes) { return bytes.first(std::min(bytes.size(), ipfs::car_start_size)); };
    const auto place = ipfs::find_car(start(input), size);
    if (!place) return 0;
    require(place->begin <= place->end && place->end <= size);
    const ByteView archive =
        input.subspan(static_cast<std::size_t>(place->begin), static_cast<std::size_t>(place->end - place->begin));
    const auto header = ipfs::car_header_size(start(archive));
    if (header && *header <= archive.size()) read_sections(archive.subspan(static_cast<std::size_t>(*header)));
    read_sections(input);
    return 0;
}
