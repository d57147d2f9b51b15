// Any bytes as a DICOM file: opened, refused or written anew. Whatever is written must be a file msh opens again.
//
//     clang++-14 -std=c++20 -g -O1 -fsanitize=fuzzer,address -Ilib -DMSH_VERSION='"0"' tests/fuzz/dicom_fuzz.cpp
//         lib/{dicom,crypto,base}/*.cpp -ldcmdata -loflog -lofstd -lz -lcrypto -lutf8proc -o dicom_fuzz
//     ./dicom_fuzz -max_total_time=180 -timeout=10 -rss_limit_mb=1024 work tests/fuzz/corpus/dicom
#include <cstdlib>
#include <utility>

#include "base/error.hpp"
#include "dicom/instance.hpp"
#include "dicom/originals.hpp"

using namespace msh;
using namespace msh::dicom;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Replacements replacements{[](std::string_view) { return "2.25.1"; }, "PSEUDONYM"};
    Bytes out;
    try {
        Instance instance = Instance::from_memory(Bytes(data, data + size));
        (void)read_originals(instance.data_set());
        (void)std::move(instance).write_basic(replacements, PixelTextSet::all(),
                                              [&](ByteView part) { append(out, part); });
    } catch (const Error&) {
        return 0;
    }
    try {
        (void)Instance::from_memory(std::move(out));
    } catch (const Error&) {
        std::abort();
    }
    return 0;
}
