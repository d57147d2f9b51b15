#include "dicom/deflate.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>
#include <zlib.h>

#include "base/error.hpp"

namespace msh::dicom {
namespace {

constexpr std::size_t chunk_size = 64 << 10;
constexpr int raw_deflate = -MAX_WBITS;
constexpr int memory_level = 8;

}  // namespace

struct Deflater::State {
    explicit State(Sink to) : sink(std::move(to)) {
        if (::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_deflate, memory_level, Z_DEFAULT_STRATEGY) !=
            Z_OK) {
            throw Error(ErrorKind::failed, "no memory to deflate a file");
        }
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { ::deflateEnd(&stream); }

    Sink sink;
    z_stream stream{};
    std::uint64_t written = 0;
    std::array<std::uint8_t, chunk_size> chunk{};
};

Deflater::Deflater(Sink sink) : state_(std::make_unique<State>(std::move(sink))) {}

Deflater::~Deflater() = default;

void Deflater::run(ByteView part, int flush) {
    z_stream& stream = state_->stream;
    stream.next_in = const_cast<Bytef*>(part.data());  // zlib without ZLIB_CONST; it does not write there
    stream.avail_in = static_cast<uInt>(part.size());
    do {
        stream.next_out = state_->chunk.data();
        stream.avail_out = chunk_size;
        ::deflate(&stream, flush);
        const std::size_t count = chunk_size - stream.avail_out;
        if (count > 0) state_->sink(ByteView(state_->chunk).first(count));
        state_->written += count;
    } while (stream.avail_out == 0);
}

void Deflater::operator()(ByteView part) {
    while (!part.empty()) {
        const ByteView now = part.first(std::min<std::size_t>(part.size(), std::numeric_limits<uInt>::max()));
        run(now, Z_NO_FLUSH);
        part = part.subspan(now.size());
    }
}

void Deflater::finish() {
    run({}, Z_FINISH);
    const std::array<std::uint8_t, 1> zero{};
    if (state_->written % 2 != 0) state_->sink(zero);
}

}  // namespace msh::dicom
