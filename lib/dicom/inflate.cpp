#include <algorithm>
#include <array>
#include <zlib.h>

#include "base/error.hpp"
#include "dicom/fault.hpp"
#include "dicom/input.hpp"

namespace msh::dicom {
namespace {

constexpr std::size_t chunk_size = 16 << 10;
constexpr int raw_deflate = -MAX_WBITS;
constexpr std::size_t trailer_size = 8;
constexpr std::uint64_t max_zeros = 1 << 20;

}  // namespace

struct InflateInput::State {
    State(const Source& from, std::uint64_t offset) : file(from, offset) {
        if (::inflateInit2(&stream, raw_deflate) != Z_OK) {
            throw Error(ErrorKind::failed, "no memory to inflate a file");
        }
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { ::inflateEnd(&stream); }

    // Behind the deflated data there may be zeros (one makes the length even), and before them the check value and size
    // with which gzip ends; some writers leave those there.
    void finish() {
        finished = true;
        Bytes rest(stream.next_in, stream.next_in + stream.avail_in);
        while (rest.size() < trailer_size) {
            const std::size_t had = rest.size();
            rest.resize(trailer_size);
            rest.resize(had + file.read(MutableBytes(rest).subspan(had)));
            if (rest.size() == had) break;
        }
        const std::size_t skipped = is_gzip_trailer(rest) ? trailer_size : 0;
        bool clean = is_zero(ByteView(rest).subspan(skipped));
        const std::uint64_t start = file.position();
        for (std::size_t count = 0; clean && (count = file.read(chunk)) > 0;) {
            clean = is_zero(ByteView(chunk).first(count)) && file.position() - start <= max_zeros;
        }
        if (!clean) throw Fault(FaultClass::trailing_bytes, "trailing bytes after the deflated data set");
    }

    [[nodiscard]] bool is_gzip_trailer(ByteView rest) const {
        if (rest.size() < trailer_size) return false;
        std::array<std::uint8_t, trailer_size> expected{};
        const std::uint64_t numbers = std::uint64_t{stream.total_out & 0xFFFFFFFF} << 32 | check;
        for (std::size_t i = 0; i < trailer_size; ++i)
            expected[i] = static_cast<std::uint8_t>(numbers >> (8 * i));
        return std::equal(expected.begin(), expected.end(), rest.begin());
    }

    FileInput file;
    z_stream stream{};
    bool finished = false;
    uLong check = ::crc32(0, nullptr, 0);
    std::array<std::uint8_t, chunk_size> chunk{};
};

InflateInput::InflateInput(const Source& source, std::uint64_t offset)
    : state_(std::make_unique<State>(source, offset)) {}

InflateInput::~InflateInput() = default;

std::size_t InflateInput::produce(MutableBytes into) {
    z_stream& stream = state_->stream;
    stream.next_out = into.data();
    stream.avail_out = static_cast<uInt>(into.size());
    while (!state_->finished && stream.avail_out == into.size()) {
        if (stream.avail_in == 0) {
            stream.next_in = state_->chunk.data();
            stream.avail_in = static_cast<uInt>(state_->file.read(state_->chunk));
            if (stream.avail_in == 0) throw Fault(FaultClass::truncated, "truncated in its deflated data set");
        }
        const int result = ::inflate(&stream, Z_NO_FLUSH);
        state_->check = ::crc32(state_->check, into.data(), static_cast<uInt>(into.size() - stream.avail_out));
        if (result == Z_STREAM_END) {
            state_->finish();
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            throw Fault(FaultClass::malformed, "damaged in its deflated data set");
        }
    }
    return into.size() - stream.avail_out;
}

std::uint64_t InflateInput::leap(std::uint64_t count) {
    std::array<std::uint8_t, chunk_size> unseen;
    std::uint64_t done = 0;
    while (done < count) {
        const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(count - done, unseen.size()));
        const std::size_t got = produce(MutableBytes(unseen).first(want));
        if (got == 0) break;
        done += got;
    }
    return done;
}

}  // namespace msh::dicom
